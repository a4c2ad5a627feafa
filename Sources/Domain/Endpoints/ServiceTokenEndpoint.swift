/// `service_token`: the `client_credentials` grant (RFC 6749 §4.4, SPEC §3).
public struct ServiceTokenEndpoint: CachedEndpointKind {
  /// The path below the issuer.
  public var path: String
  /// How it is retried; ``RetryPolicy/original`` has the original Go client's table of statuses.
  public var retryPolicy: RetryPolicy

  /// Makes the kind; only a server whose path differs needs another path.
  public init(path: String = "/oauth/token", retryPolicy: RetryPolicy = .standard) {
    self.path = path
    self.retryPolicy = retryPolicy
  }

  /// `service_token`.
  public var name: EndpointName { .serviceToken }

  /// The row of SPEC §6.
  public var failureCodes: FailureCodes { .serviceToken }

  /// The scope.
  public func label(for input: TokenRequest) -> EndpointLabel { EndpointLabel(input.scope.text) }

  /// The scope.
  public func eventFields(for input: TokenRequest) -> [LogEvent.Field] { [.init("scope", .string(input.scope.text))] }

  /// Client credentials.
  public func authorization(for input: TokenRequest) -> EndpointAuthorization { .clientCredentials }

  /// The input itself.
  public func tokenRequest(for input: TokenRequest) -> TokenRequest { input }

  /// `grant_type` and `scope`, in that order (SPEC S2).
  public func request(for input: TokenRequest) -> EndpointRequest {
    EndpointRequest(
      path: path,
      content: .form([(name: "grant_type", value: "client_credentials"), (name: "scope", value: input.scope.text)]))
  }

  /// Reads `{access_token, token_type, expires_in, scope?}` (RFC 6749 §5.1, SPEC S4, S5).
  public func read(_ answer: EndpointAnswer, for input: TokenRequest) throws -> EndpointReading<AccessToken> {
    let json = try answer.jsonObject()
    let token = try TokenText.token(json["access_token"], named: "access_token")
    let expiresIn = try TokenText.seconds(json["expires_in"], named: "expires_in")
    guard let value = token.value, let expiresIn, expiresIn > 0 else {
      throw AnswerRejection.invalidShape(
        token.value == nil ? "access_token is missing, empty or no token" : "expires_in is missing or not above zero",
        fields: [
          .init("access_token_length", .int(token.length)), .init("expires_in", .int(Int(expiresIn ?? 0))),
        ])
    }
    var events = [
      LogEvent(
        .obtained, endpoint: name,
        fields: eventFields(for: input) + [
          .init("expires_in_sec", .int(Int(expiresIn))), .init("token_len", .int(token.length)),
        ])
    ]
    let type = json["token_type"]?.stringValue
    if let type, type.lowercased() != "bearer" {
      events.append(LogEvent(.unexpectedTokenType, endpoint: name, fields: eventFields(for: input)))
    }
    let accessToken = AccessToken(
      value: Secret(value), type: type ?? "Bearer", grantedScope: json["scope"]?.stringValue,
      expiresIn: .seconds(expiresIn), request: input, endpoint: name, sentAt: answer.sentAt)
    return EndpointReading(accessToken, events: events)
  }
}
