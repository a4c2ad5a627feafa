/// `delegated_download`: a short-lived token for one user and one object (SPEC §4). Never cached.
public struct DelegatedDownloadEndpoint: EndpointKind {
  /// The path below the issuer.
  public var path: String
  /// How it is retried; ``RetryPolicy/original`` has the original Go client's table of statuses.
  public var retryPolicy: RetryPolicy

  /// Makes the kind; only a server whose path differs needs another path.
  public init(path: String = "/file-access/download-tokens", retryPolicy: RetryPolicy = .standard) {
    self.path = path
    self.retryPolicy = retryPolicy
  }

  private static let delegation: TokenRequest = {
    // The literal is a valid scope; a test holds it to that.
    guard let scope = try? Scope("files:download.delegate") else { preconditionFailure("a literal scope is invalid") }
    return TokenRequest(scope: scope)
  }()

  /// `delegated_download`.
  public var name: EndpointName { .delegatedDownload }

  /// The row of SPEC §6.
  public var failureCodes: FailureCodes { .delegatedDownload }

  /// The object key, which is a user's data.
  public func label(for input: DownloadRequest) -> EndpointLabel { EndpointLabel(input.objectKey, isUserData: true) }

  /// The service token of scope `files:download.delegate` (SPEC D2).
  public func authorization(for input: DownloadRequest) -> EndpointAuthorization { .bearer(Self.delegation) }

  /// Tenant, user and key, in this order (SPEC D1).
  public func validate(_ input: DownloadRequest) throws {
    for (name, value) in [("tenant id", input.tenantID), ("user id", input.userID), ("object key", input.objectKey)] {
      guard !value.isEmpty else {
        throw ServiceTokenError(.invalidArgument, "the \(name) is empty", endpoint: self.name)
      }
    }
  }

  /// The body of SPEC D3.
  public func request(for input: DownloadRequest) -> EndpointRequest {
    EndpointRequest(
      path: path,
      content: .json(
        [
          "expires_in_seconds": .integer(input.lifetimeSeconds),
          "method": "GET",
          "object_key": .string(input.objectKey),
          "tenant_id": .string(input.tenantID),
          "user_id": .string(input.userID),
        ]))
  }

  /// Reads `{token, expires_at?, expires_in_seconds?}` (SPEC D4, D5).
  public func read(_ answer: EndpointAnswer, for input: DownloadRequest) throws -> EndpointReading<DownloadToken> {
    let json = try answer.jsonObject()
    let expiresAt = try date(json["expires_at"])
    let token = try TokenText.token(json["token"], named: "token")
    guard let value = token.value else {
      throw AnswerRejection.invalidShape("token is missing, empty or no token")
    }
    let expiry: Timestamp
    if let expiresAt {
      expiry = expiresAt
    } else {
      let said = try TokenText.seconds(json["expires_in_seconds"], named: "expires_in_seconds") ?? 0
      expiry = answer.sentAt.date.advanced(by: .seconds(said > 0 ? said : input.lifetimeSeconds))
    }
    return EndpointReading(
      DownloadToken(value: Secret(value), expiresAt: expiry),
      events: [
        LogEvent(
          .delegatedObtained, endpoint: name,
          fields: [.init("ttl_sec", .int(Int(input.lifetimeSeconds))), .init("token_len", .int(token.length))])
      ])
  }

  /// The date in `field`; nil where it is missing, null or Go's zero time.
  private func date(_ field: Wire.JSON?) throws -> Timestamp? {
    switch field {
    case nil, .null: return nil
    case .string(let text):
      guard let date = Wire.RFC3339.parse(text) else {
        throw AnswerRejection.unparsable("expires_at is no RFC 3339 date")
      }
      return date == .zeroTimeOfGo ? nil : date
    default: throw AnswerRejection.unparsable("expires_at is no string")
    }
  }
}

extension Timestamp {
  /// `0001-01-01T00:00:00Z`: what Go writes for a time that was never set (SPEC D4).
  fileprivate static let zeroTimeOfGo = Timestamp(seconds: -62_135_596_800)
}
