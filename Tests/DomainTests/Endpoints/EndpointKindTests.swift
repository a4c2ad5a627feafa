import ServiceTokenDomain
import TestSupport
import Testing

/// A kind as somebody outside would write the smallest one: that it compiles is half of the test.
private struct RevocationEndpoint: EndpointKind {
  let name: EndpointName = "revocation"
  let failureCodes = FailureCodes(unauthorized: .refused, rejected: .refused, unavailable: .unavailable)

  func label(for input: Secret) -> EndpointLabel { EndpointLabel("") }
  func authorization(for input: Secret) -> EndpointAuthorization { .clientCredentials }
  func request(for input: Secret) -> EndpointRequest {
    EndpointRequest(path: "/oauth/revoke", content: .form([(name: "token", value: input.expose())]))
  }
  func read(_ answer: EndpointAnswer, for input: Secret) throws -> EndpointReading<Bool> {
    struct Odd: Error { let text = Canary.token(1) }
    guard answer.response.status == 200 else { throw Odd() }
    return EndpointReading(true)
  }
}

extension ServiceTokenError.Code {
  fileprivate static let refused = Self("revocation_refused", httpStatus: 500, publicCode: "p", messageKey: "m")
  fileprivate static let unavailable = Self("revocation_unavailable", httpStatus: 503, publicCode: "p", messageKey: "m")
}

/// A cached kind from outside that has nothing but what the protocol demands.
private struct ExchangeEndpoint: CachedEndpointKind {
  let name: EndpointName = "exchange"
  let failureCodes = FailureCodes.serviceToken

  func tokenRequest(for input: TokenRequest) -> TokenRequest { input }
  func label(for input: TokenRequest) -> EndpointLabel { EndpointLabel(input.scope.text) }
  func authorization(for input: TokenRequest) -> EndpointAuthorization { .none }
  func request(for input: TokenRequest) -> EndpointRequest { EndpointRequest(method: "GET", path: "/exchange") }
  func read(_ answer: EndpointAnswer, for input: TokenRequest) throws -> EndpointReading<AccessToken> {
    EndpointReading(
      AccessToken(
        value: Secret("t"), expiresIn: .seconds(60), request: input, endpoint: name, sentAt: answer.sentAt))
  }
}

/// A provider from outside, on the domain alone.
private struct FixedProvider: ServiceTokenProvider {
  let value: Secret

  func cachedToken(for request: TokenRequest) -> AccessToken? {
    AccessToken(value: value, expiresIn: .seconds(60), request: request, sentAt: .start)
  }
  func token(for request: TokenRequest, within limit: Duration?) async throws -> AccessToken {
    AccessToken(value: value, expiresIn: .seconds(60), request: request, sentAt: .start)
  }
  func token<Kind: CachedEndpointKind>(
    from kind: Kind, for input: Kind.Input, within limit: Duration?
  ) async throws -> AccessToken {
    try await token(for: kind.tokenRequest(for: input), within: limit)
  }
  func call<Kind: EndpointKind>(
    _ kind: Kind, _ input: Kind.Input, within limit: Duration?
  ) async throws -> Kind.Output {
    throw ServiceTokenError(.shutDown, "nothing is sent")
  }
  func downloadToken(for request: DownloadRequest, within limit: Duration?) async throws -> DownloadToken {
    try await call(DelegatedDownloadEndpoint(), request, within: limit)
  }
  func invalidate(_ token: AccessToken) {}
}

@Suite struct EndpointKindTests {
  private let issuer: BaseURL

  init() throws { issuer = try BaseURL("https://mc.example/", setting: "issuer") }

  @Test("R2: a kind from outside gets SPEC's retry policy, no extra fields and no validation by default")
  func defaults() throws {
    let kind = RevocationEndpoint()
    #expect(kind.retryPolicy == .standard)
    #expect(kind.eventFields(for: Secret("a")) == [])
    #expect(throws: Never.self) { try kind.validate(Secret("")) }
    let answer = EndpointAnswer.of("")
    #expect(try kind.reading(of: answer, for: Secret("a")).output)
  }

  @Test("S4: an error of a kind's own while it reads counts as a body that could not be parsed, and is not shown")
  func foreignErrors() throws {
    let rejection = try #require(throws: AnswerRejection.self) {
      try RevocationEndpoint().reading(of: .of("", status: 204), for: Secret("a"))
    }
    #expect(rejection == .unparsable("the body cannot be read"))
    for text in everyText(of: rejection) { #expect(!text.contains(Canary.token(1))) }
  }

  @Test("Errors: a kind from outside brings codes of its own, and its refusal alone asks for the secret anew")
  func ownCodes() throws {
    let kind = RevocationEndpoint()
    let plan = CallMachine.Plan(
      endpoint: kind.name, label: nil, failureCodes: kind.failureCodes, authorization: .clientCredentials)
    for (status, rereads) in [(401, true), (403, true), (404, false), (302, false)] {
      var machine = CallMachine(plan)
      _ = machine.begun(at: .start)
      _ = machine.authorized(with: .init(alternative: .basicEncoded), at: .start)
      let step = machine.answered(AnswerFacts(status: status), duration: .zero, at: .start)
      switch step.action {
      case .rereadSecret: #expect(rereads, "\(status)")
      case .fail(let error):
        #expect(!rereads, "\(status)")
        #expect(error.code == .refused)
        #expect(!error.message.contains("basic-encoded"))
      default: #expect(Bool(false), "\(status)")
      }
    }
  }

  @Test("R0: a request is built of the kind's method, path, header fields and content, and nothing else")
  func building() throws {
    let request = try ExchangeEndpoint().request(for: try .of("a")).httpRequest(issuer: issuer, credential: .none)
    #expect(request.method == "GET")
    #expect(request.url == "https://mc.example/exchange")
    #expect(request.headers == ["Accept": "application/json"])
    #expect(request.body == [])
  }

  @Test("S3: client authentication by post becomes a body where there is none, and cannot become one in JSON")
  func postWithOtherContents() throws {
    let credential = Credential.client(ClientCredentials(clientID: "i", clientSecret: Secret("s")), .post)
    let empty = try EndpointRequest(path: "/x").httpRequest(issuer: issuer, credential: credential)
    #expect(String(decoding: empty.body, as: UTF8.self) == "client_id=i&client_secret=s")
    #expect(empty.headers["content-type"] == "application/x-www-form-urlencoded")
    let error = try #require(throws: ServiceTokenError.self) {
      try EndpointRequest(path: "/x", content: .json([:])).httpRequest(issuer: issuer, credential: credential)
    }
    #expect(error.code == .invalidConfiguration)
  }

  @Test(
    "R0: a path that does not begin with a slash builds no request, for it would name another host",
    arguments: ["oauth/token", ".evil.example/token", "@evil.example/", ":8443/token", "?a", "#a"])
  func paths(path: String) throws {
    let request = ServiceTokenEndpoint(path: path).request(for: try .of("a"))
    #expect(throws: ServiceTokenError.self) { try request.httpRequest(issuer: issuer, credential: .none) }
    #expect(throws: Never.self) { try EndpointRequest(path: "").httpRequest(issuer: issuer, credential: .none) }
  }

  @Test("S1: a provider's conveniences take a scope in text, and refuse one that is none before anything is asked")
  func provider() async throws {
    let provider = FixedProvider(value: Secret("t"))
    #expect(try await provider.token(for: "b a").request == .of("a b"))
    #expect(try await provider.token(for: Scope("a")).value == Secret("t"))
    #expect(provider.cachedToken(for: try Scope("a"))?.value == Secret("t"))
    #expect(try await provider.token(from: ExchangeEndpoint(), for: .of("a")).request == .of("a"))
    let error = await #expect(throws: ServiceTokenError.self) { try await provider.token(for: " ") }
    #expect(error?.code == .invalidArgument)
  }

  @Test("D7: a provider of one's own recovers once from a refused token, whatever it knows of its cache")
  func recovery() async throws {
    let provider = FixedProvider(value: Secret("t"))
    for refusals in 0...3 {
      var tokens: [AccessToken] = []
      let result = try await provider.withToken(for: Scope("a"), within: .seconds(1)) { token in
        tokens.append(token)
        return tokens.count <= refusals ? TokenUse.refused("refused") : .accepted("accepted")
      }
      #expect(tokens.count == min(refusals + 1, 2))
      #expect(result == (refusals < 2 ? "accepted" : "refused"))
    }
  }
}
