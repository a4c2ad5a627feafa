import ServiceTokenDomain

/// `token_exchange`: swaps the backend's own authority for a token with an audience (RFC 8693). Its tokens are cached.
package struct ExchangeEndpoint: CachedEndpointKind {
  package init() {}

  package var name: EndpointName { "token_exchange" }

  package var failureCodes: FailureCodes { .serviceToken }

  package func label(for input: TokenRequest) -> EndpointLabel {
    EndpointLabel(input.audiences.joined(separator: " "))
  }

  package func authorization(for input: TokenRequest) -> EndpointAuthorization { .clientCredentials }

  package func tokenRequest(for input: TokenRequest) -> TokenRequest { input }

  package func request(for input: TokenRequest) -> EndpointRequest {
    EndpointRequest(
      path: "/oauth/exchange",
      content: .form(
        [(name: "grant_type", value: "urn:ietf:params:oauth:grant-type:token-exchange")]
          + input.audiences.map { (name: "audience", value: $0) }))
  }

  package func read(_ answer: EndpointAnswer, for input: TokenRequest) throws -> EndpointReading<AccessToken> {
    // Its answer is RFC 6749's, so the kind that reads those reads it, and this one puts its own name on the result.
    let token = try ServiceTokenEndpoint().read(answer, for: input).output
    return EndpointReading(
      AccessToken(
        value: token.value, type: token.type, grantedScope: token.grantedScope, expiresIn: token.expiresIn,
        request: input, endpoint: name, sentAt: token.sentAt),
      events: [LogEvent(.obtained, endpoint: name, fields: [.init("token_len", .int(token.value.count))])])
  }
}
