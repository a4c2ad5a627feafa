import ServiceTokenDomain
import Testing
import TokenIntrospection

@Suite("Token introspection, on the domain alone")
struct IntrospectionEndpointTests {
  let kind = IntrospectionEndpoint()
  let token = Secret("opaque")

  func reading(_ body: String) throws(AnswerRejection) -> IntrospectionEndpoint.Verdict {
    let answer = EndpointAnswer(
      response: HTTPResponse(status: 200, body: Array(body.utf8)), sentAt: Reading(monotonic: 0, wall: 0))
    return try kind.reading(of: answer, for: token).output
  }

  @Test("An active token comes with its scope and its expiry")
  func active() throws {
    #expect(
      try reading(#"{"active": true, "scope": "a b", "exp": 1419356238}"#)
        == .init(isActive: true, scope: "a b", expiresAt: Timestamp(seconds: 1_419_356_238)))
  }

  @Test("An inactive token says no more")
  func inactive() throws {
    #expect(try reading(#"{"active": false, "scope": "a b"}"#) == .init(isActive: false))
  }

  @Test("An answer without a verdict is none", arguments: [#"{}"#, #"{"active": "true"}"#, "[]", "<html>"])
  func noVerdict(body: String) {
    #expect(throws: AnswerRejection.self) { try reading(body) }
  }

  @Test("The whole request can be looked at, credentials and all")
  func request() throws {
    let request = try kind.request(for: token).httpRequest(
      issuer: BaseURL("https://member-center.example", setting: "issuer"),
      credential: .client(ClientCredentials(clientID: "visionA", clientSecret: Secret("opened")), .basicRaw))
    #expect(request.method == "POST")
    #expect(request.url == "https://member-center.example/oauth/introspect")
    #expect(request.headers["Authorization"] == "Basic dmlzaW9uQTpvcGVuZWQ=")
    #expect(String(decoding: request.body, as: UTF8.self) == "token=opaque&token_type_hint=access_token")
  }

  @Test("The domain's own machine runs it: 503 means wait a second, 404 is this kind's own error")
  func call() throws {
    var machine = CallMachine(
      CallMachine.Plan(
        endpoint: kind.name, label: kind.label(for: token).text, failureCodes: kind.failureCodes,
        authorization: kind.authorization(for: token)))
    let now = Reading(monotonic: 0, wall: 0)
    _ = machine.begun(at: now)
    _ = machine.authorized(with: CallMachine.CredentialFacts(), at: now)
    guard case .wait(let wait) = machine.answered(AnswerFacts(status: 503), duration: .zero, at: now).action else {
      Issue.record("503 is not retried")
      return
    }
    #expect(wait == .seconds(1))
    _ = machine.waited(at: now)
    guard case .fail(let error) = machine.answered(AnswerFacts(status: 404), duration: .zero, at: now).action else {
      Issue.record("404 is no error")
      return
    }
    #expect(error.code == .introspectionFailed)
    #expect(error.attempts == 2)
  }
}
