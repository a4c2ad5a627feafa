public import ServiceTokenDomain

/// `token_exchange`: swaps the backend's own authority for a token with an audience (RFC 8693). Its tokens are cached.
public struct ExchangeEndpoint: CachedEndpointKind {
  public init() {}

  public var name: EndpointName { "token_exchange" }

  public var failureCodes: FailureCodes { .serviceToken }

  public func label(for input: TokenRequest) -> EndpointLabel {
    EndpointLabel(input.audiences.joined(separator: " "))
  }

  public func authorization(for input: TokenRequest) -> EndpointAuthorization { .clientCredentials }

  public func tokenRequest(for input: TokenRequest) -> TokenRequest { input }

  public func request(for input: TokenRequest) -> EndpointRequest {
    EndpointRequest(
      path: "/oauth/exchange",
      content: .form(
        [(name: "grant_type", value: "urn:ietf:params:oauth:grant-type:token-exchange")]
          + input.audiences.map { (name: "audience", value: $0) }))
  }

  public func read(_ answer: EndpointAnswer, for input: TokenRequest) throws -> EndpointReading<AccessToken> {
    // Its answer is RFC 6749's, so the kind that reads those reads it, and this one puts its own name on the result.
    let token = try ServiceTokenEndpoint().read(answer, for: input).output
    return EndpointReading(
      AccessToken(
        value: token.value, type: token.type, grantedScope: token.grantedScope, expiresIn: token.expiresIn,
        request: input, endpoint: name, sentAt: token.sentAt),
      events: [LogEvent(.obtained, endpoint: name, fields: [.init("token_len", .int(token.value.count))])])
  }
}
