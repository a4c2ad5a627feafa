import ServiceTokenDomain

/// A cached kind that lets another one read its answers, as one from outside would.
struct Exchange: CachedEndpointKind {
  /// The one request that it takes; nil for any.
  var isFor: TokenRequest?
  var authorization = EndpointAuthorization.clientCredentials
  /// Called with each question that it is asked under which its answers are kept.
  var isAsked: @Sendable () -> Void = {}
  var name: EndpointName {
    isAsked()
    return "exchange"
  }
  func validate(_ input: TokenRequest) throws {
    if let isFor, isFor != input { throw ServiceTokenError(.invalidArgument, "another request", endpoint: name) }
  }
  var failureCodes: FailureCodes {
    isAsked()
    return .serviceToken
  }
  func tokenRequest(for input: TokenRequest) -> TokenRequest {
    isAsked()
    return input
  }
  func label(for input: TokenRequest) -> EndpointLabel { EndpointLabel(input.scope.text) }
  func authorization(for input: TokenRequest) -> EndpointAuthorization { authorization }
  func request(for input: TokenRequest) -> EndpointRequest { EndpointRequest(path: "/exchange") }
  func read(_ answer: EndpointAnswer, for input: TokenRequest) throws -> EndpointReading<AccessToken> {
    try ServiceTokenEndpoint().read(answer, for: input)
  }
}
