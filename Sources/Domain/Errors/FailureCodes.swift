/// Which error each way of failing maps to, for one endpoint kind: a row of SPEC §6.
public struct FailureCodes: Sendable, Hashable {
  /// The credentials were refused: 401, 403.
  public var unauthorized: ServiceTokenError.Code
  /// The request was refused: other 4xx, 3xx.
  public var rejected: ServiceTokenError.Code
  /// The server cannot do it now, or what it said cannot be read.
  public var unavailable: ServiceTokenError.Code

  /// Makes a row.
  public init(
    unauthorized: ServiceTokenError.Code, rejected: ServiceTokenError.Code, unavailable: ServiceTokenError.Code
  ) {
    self.unauthorized = unauthorized
    self.rejected = rejected
    self.unavailable = unavailable
  }

  /// The row of the token endpoint.
  public static let serviceToken = FailureCodes(
    unauthorized: .serviceClientUnauthorized, rejected: .idpMisconfigured, unavailable: .idpUnavailable)
  /// The row of the download endpoint.
  public static let delegatedDownload = FailureCodes(
    unauthorized: .serviceClientUnauthorized, rejected: .downloadTokenFailed, unavailable: .mcTokenUnavailable)
}
