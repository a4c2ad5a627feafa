import ServiceTokenDomain

/// `service_exchange`: swaps the service's own token for one of another audience. One per audience and scope, so it is
/// cached, refreshed ahead and fetched once for all who wait.
package struct ExchangeForService: CachedEndpointKind {
  package struct Input: Sendable {
    /// The service's own token as it is now. It is no part of the key: whichever it is, it is the same subject.
    package var subject: AccessToken
    package var wanted: TokenRequest

    package init(subject: AccessToken, wanted: TokenRequest) {
      self.subject = subject
      self.wanted = wanted
    }

    fileprivate var exchange: ExchangeRequest {
      ExchangeRequest(
        subject: subject.value, audiences: wanted.audiences, resources: wanted.resources, scope: wanted.scope,
        requestedType: .accessToken)
    }
  }

  package var exchange: TokenExchange
  package init(_ exchange: TokenExchange = TokenExchange()) { self.exchange = exchange }

  package var name: EndpointName { "service_exchange" }
  package var failureCodes: FailureCodes { exchange.failureCodes }
  package func tokenRequest(for input: Input) -> TokenRequest { input.wanted }
  package func label(for input: Input) -> EndpointLabel { exchange.label(for: input.exchange) }
  package func authorization(for input: Input) -> EndpointAuthorization { .clientCredentials }
  package func validate(_ input: Input) throws { try exchange.validate(input.exchange) }
  package func request(for input: Input) -> EndpointRequest { exchange.request(for: input.exchange) }

  package func read(_ answer: EndpointAnswer, for input: Input) throws -> EndpointReading<AccessToken> {
    let issued = try exchange.read(answer, for: input.exchange).output
    guard issued.isBearer else { throw AnswerRejection.invalidShape("what was issued is no bearer token") }
    guard let seconds = try TokenText.seconds(answer.jsonObject()["expires_in"], named: "expires_in") else {
      throw AnswerRejection.invalidShape("expires_in is missing")  // what does not say how long it lives is not cached
    }
    let token = AccessToken(
      value: issued.value, grantedScope: issued.scope, expiresIn: .seconds(seconds), request: input.wanted,
      endpoint: name, sentAt: answer.sentAt)
    return EndpointReading(
      token, events: [LogEvent(.obtained, endpoint: name, fields: [.init("token_len", .int(issued.value.count))])])
  }
}
