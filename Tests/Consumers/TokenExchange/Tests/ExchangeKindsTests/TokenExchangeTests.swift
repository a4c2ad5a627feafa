import ExchangeKinds
import ServiceTokenClient
import ServiceTokenDomain
import ServiceTokenInMemory
import Testing

@Suite("Token exchange", .timeLimit(.minutes(5)))
struct TokenExchangeTests {
  let kind = TokenExchange()
  let input = ExchangeRequest(
    subject: Secret("the-users-token"), audiences: ["billing"], resources: ["https://billing.example/api"],
    requestedType: .accessToken)
  let answer = HTTPResponse(
    status: 200,
    body: Array(
      #"""
      {"access_token":"the-new-token","issued_token_type":"urn:ietf:params:oauth:token-type:access_token",
       "token_type":"Bearer","expires_in":60,"scope":"bill"}
      """#.utf8))

  @Test("The request is RFC 8693's, credentials and all")
  func request() throws {
    let request = try kind.request(for: input).httpRequest(
      issuer: BaseURL("https://member-center.example", setting: "issuer"),
      credential: .client(ClientCredentials(clientID: "visionA", clientSecret: Secret("opened")), .basicRaw))
    #expect(request.url == "https://member-center.example/oauth/token")
    #expect(request.headers["Authorization"] == "Basic dmlzaW9uQTpvcGVuZWQ=")
    #expect(
      String(decoding: request.body, as: UTF8.self) == """
        grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&resource=https%3A%2F%2Fbilling.example%2Fapi\
        &audience=billing&requested_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token\
        &subject_token=the-users-token&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token
        """)
  }

  func reading(_ body: String) throws -> ExchangedToken {
    let answer = EndpointAnswer(
      response: HTTPResponse(status: 200, body: Array(body.utf8)), sentAt: Reading(monotonic: 0, wall: 0))
    return try kind.reading(of: answer, for: input).output
  }

  @Test("A token that is no access token comes with its kind, and is not for an Authorization header")
  func notApplicable() throws {
    let jwt = try reading(#"{"access_token":"ey","issued_token_type":"\#(TokenType.jwt.uri)","token_type":"N_A"}"#)
    #expect(jwt.type == .jwt && !jwt.isBearer && jwt.expiresAt == nil)
  }

  @Test(
    "An answer that does not say what was issued is none",
    arguments: [
      #"{"access_token":"t","token_type":"Bearer"}"#, #"{"issued_token_type":"urn:x","token_type":"Bearer"}"#, "[]", "",
      #"{"access_token":"t","issued_token_type":"urn:x","expires_in":0}"#,
    ])
  func noAnswer(body: String) { #expect(throws: AnswerRejection.self) { try reading(body) } }

  @Test("What cannot be exchanged is refused before anything is sent")
  func validation() {
    for input in [ExchangeRequest(subject: Secret("")), ExchangeRequest(subject: Secret("t"), resources: ["billing"])] {
      #expect(throws: ServiceTokenError.self) { try kind.validate(input) }
    }
  }

  @Test("Both kinds keep what an endpoint kind promises")
  func conformance() throws {
    let secrets = [Secret("the-users-token"), Secret("the-new-token")]
    #expect(Conformance.check(kind: kind, input: input, answer: answer, secrets: secrets) == [])
    let own = AccessToken(
      value: Secret("the-users-token"), expiresIn: .seconds(60), request: try TokenRequest(scope: Scope("own")),
      sentAt: Reading(monotonic: 0, wall: 0))
    let wanted = ExchangeForService.Input(
      subject: own, wanted: TokenRequest(scope: try Scope("bill"), audiences: ["billing"]))
    #expect(Conformance.check(kind: ExchangeForService(), input: wanted, answer: answer, secrets: secrets) == [])
  }

  @Test("With a client it is retried, recovers from a rotated secret, and fails as itself")
  func withClient() async throws {
    let (clock, log) = (ManualClock(), RecordingLogger())
    let secrets = InMemorySecretSource(Secret("before"))
    let http = ScriptedHTTP([
      .answer(HTTPResponse(status: 503)), .answer(HTTPResponse(status: 401)), .answer(answer),
      .answer(HTTPResponse(status: 400, body: Array(#"{"error":"invalid_target"}"#.utf8))),
    ])
    let client = ServiceTokenClient(
      configuration: try .init(issuer: "https://member-center.test", clientID: "visionA"), http: http,
      secrets: secrets, clock: clock, logger: log)

    async let exchanged = client.call(kind, input)
    #expect(try await clock.nextSleep() == .seconds(1))  // 503: the client waits
    secrets.set(Secret("after"))  // 401: the client reads the secret anew
    clock.advance(by: .seconds(1))
    #expect(try await exchanged.value == Secret("the-new-token"))
    #expect(log.names == [.endpointError, .endpointError, .success, .obtained])

    let refusal = await #expect(throws: ServiceTokenError.self) { try await client.call(kind, input) }
    #expect(refusal?.code == .exchangeRefused)
    #expect(refusal?.oauthError == "invalid_target")
  }

  @Test("Code that exchanges is tested with a provider that answers")
  func caller() async throws {
    let tokens = InMemoryTokenProvider()
    tokens.answer(kind.name, with: answer)
    #expect(try await tokens.call(kind, input).value == Secret("the-new-token"))  // your code, given `tokens`
  }
}
