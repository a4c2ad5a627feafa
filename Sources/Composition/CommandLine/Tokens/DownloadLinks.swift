import ServiceTokens

/// The URLs of one object below `--base-url`; made before anything is sent, so that what cannot work is not tried.
struct DownloadLinks {
  private let base: BaseURL
  private let objectKey: String

  /// Checks base and key.
  ///
  /// - Throws: ``UsageError`` for a base that is none; `invalidArgument` for a key that no URL carries safely.
  init(_ text: String, for request: DownloadRequest, in environment: EnvironmentVariables) throws {
    let hosts = try EnvironmentSettings.plainHTTPHosts(in: environment)
    do {
      base = try BaseURL(text, setting: Option.baseURL.spelling, allowingPlainHTTP: hosts)
    } catch let error as ServiceTokenError {
      // It is a wrong setting to the library; here it is an argument.
      throw UsageError(error.message)
    }
    objectKey = request.objectKey
    _ = try link(with: DownloadToken(value: Secret("none"), expiresAt: Timestamp(seconds: 0)))
  }

  func link(with token: DownloadToken) throws -> DownloadURL {
    try DownloadURL(base: base, objectKey: objectKey, token: token)
  }
}
