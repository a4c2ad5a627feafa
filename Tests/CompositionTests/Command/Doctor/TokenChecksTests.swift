import ServiceTokens
import Testing

@testable import service_token

@Suite("Doctor: what one request for a token tells, by facts alone")
struct TokenChecksTests {
  private static let sent = Timestamp(seconds: 1_800_000_000)

  private func facts(
    _ outcome: TokenFacts.Outcome, scope: String = "a b", isScopeOurs: Bool = false,
    _ form: ClientAuthentication = .basicRaw, alternative: ClientAuthentication? = nil
  ) throws -> TokenFacts {
    TokenFacts(
      url: "https://mc.example/api/oauth/token", path: "/oauth/token", authentication: form, alternative: alternative,
      scope: try Scope(scope), isScopeOurs: isScopeOurs, outcome: outcome)
  }

  private func answer(
    _ status: Int, error: String? = nil, target: String? = nil, retryAfter: Duration? = nil,
    grant: Result<TokenFacts.Grant, AnswerRejection>? = nil, date: Timestamp? = nil, took: Duration = .zero
  ) -> TokenFacts.Outcome {
    .answered(
      TokenFacts.Answer(
        facts: AnswerFacts(
          status: status, retryAfter: retryAfter, oauthError: error.flatMap { OAuthErrorCode($0) },
          redirectTarget: target),
        grant: grant, date: date, sentAt: Self.sent, receivedAt: Self.sent.advanced(by: took)))
  }

  private func granted(
    _ scope: [String]? = nil, life: Duration = .seconds(3600), isBearer: Bool = true
  ) -> TokenFacts.Outcome {
    answer(200, grant: .success(TokenFacts.Grant(life: life, scope: scope, isBearer: isBearer)))
  }

  private func names(_ facts: TokenFacts) -> [String] {
    (facts.endpoint + [facts.client, facts.clock, facts.scopeGranted, facts.life].compactMap { $0 })
      .map { "\($0.check.rawValue).\($0.name)" }
  }

  private func exitCode(_ facts: TokenFacts) -> ExitCode? {
    (facts.endpoint + [facts.client, facts.scopeGranted].compactMap { $0 }).compactMap(\.exitCode).first
  }

  @Test("Doctor: a token is well at each of its checks")
  func well() throws {
    let facts = try facts(granted())
    #expect(names(facts) == ["endpoint.answered", "client.taken", "clock.unseen", "scope.granted", "life.long_enough"])
    #expect(exitCode(facts) == nil)
  }

  @Test(
    "Doctor: each way of failing has one finding, and the exit code that get has",
    arguments: [
      (503, nil, "endpoint.unavailable", .unavailable), (500, nil, "endpoint.unavailable", .unavailable),
      (408, nil, "endpoint.unavailable", .unavailable), (429, nil, "endpoint.unavailable", .unavailable),
      (307, nil, "endpoint.redirected", .failed), (404, nil, "endpoint.request_refused", .failed),
      (405, nil, "endpoint.request_refused", .failed), (400, nil, "endpoint.request_refused", .failed),
      (400, "unsupported_grant_type", "endpoint.request_refused", .failed),
      (400, "invalid_request", "endpoint.request_refused", .failed),
      (401, nil, "client.refused", .refused), (403, nil, "client.refused", .refused),
      (400, "invalid_client", "client.refused", .refused), (400, "unauthorized_client", "client.refused", .refused),
      (401, "invalid_scope", "client.refused", .refused),
      (400, "invalid_scope", "scope.refused", .failed), (400, "scope_invalid", "scope.refused", .failed),
    ] as [(Int, String?, String, ExitCode)])
  func failures(status: Int, error: String?, name: String, code: ExitCode) throws {
    let facts = try facts(answer(status, error: error))
    #expect(exitCode(facts) == code)
    let failures = (facts.endpoint + [facts.client, facts.scopeGranted, facts.life].compactMap { $0 })
      .filter { $0.exitCode != nil }
    #expect(failures.map { "\($0.check.rawValue).\($0.name)" } == [name])
    #expect(failures.allSatisfy { $0.saw.contains("\(status)") && $0.advice != nil })
    let client = name.hasPrefix("endpoint") ? nil : name.hasPrefix("client") ? "refused" : "taken"
    #expect(facts.client?.name == client)
    #expect(facts.life == nil)
  }

  @Test("Doctor: an answer with 2xx that is no token is told with its reason, and no answer with what failed")
  func noToken() throws {
    let noToken = try facts(answer(200, grant: .failure(.unparsable("the body is no JSON object"))))
    #expect(noToken.endpoint.map(\.name) == ["no_token"] && exitCode(noToken) == .unavailable)
    #expect(noToken.endpoint.first?.saw.contains("the body is no JSON object") == true)
    #expect(noToken.client == nil)
    for kind in [TransportFailure.Kind.tls, .timeOut, .malformed, .brokenOff] {
      let none = try facts(.failed(TransportFailure(kind, "words")))
      #expect(names(none) == ["endpoint.no_answer"] && exitCode(none) == .unavailable)
      #expect(none.endpoint.first?.saw.contains("\(kind): words") == true)
    }
  }

  @Test("Doctor: a token that is not Bearer is warned of")
  func tokenType() throws {
    let finding = try #require(try facts(granted(isBearer: false)).endpoint.first)
    #expect(finding.name == "token_type" && finding.grade == .warning)
  }

  @Test("Doctor: a Retry-After is passed on")
  func retryAfter() throws {
    let finding = try #require(try facts(answer(503, retryAfter: .milliseconds(6500))).endpoint.first)
    #expect(finding.advice?.hasPrefix("In 7 s, it says.") == true)
  }

  @Test(
    "R4: a redirect says where to, and what MC_ISSUER to set where that would lead there",
    arguments: [
      ("https://new.example/realm/oauth/token", #"MC_ISSUER="https://new.example/realm""#),
      ("/realm/oauth/token", #"MC_ISSUER="https://mc.example/realm""#),
      ("https://new.example/login", "MC_TOKEN_PATH"), ("//new.example/oauth/token", "MC_TOKEN_PATH"),
      ("javascript:/oauth/token", "MC_TOKEN_PATH"), (nil, "MC_TOKEN_PATH"),
    ])
  func redirects(target: String?, advice: String) throws {
    let finding = try #require(try facts(answer(307, target: target)).endpoint.first)
    #expect(finding.saw.contains(target.map { "\"\($0)\"" } ?? "nowhere"))
    #expect(finding.advice?.contains(advice) == true, "\(finding.advice ?? "")")
  }

  @Test(
    "S3: a refusal names the option to try where the two Basic forms differ, and never another otherwise",
    arguments: [
      (ClientAuthentication.basicRaw, ClientAuthentication.basicEncoded, ["--client-auth basic-encoded", "rotated"]),
      (.basicEncoded, .basicRaw, ["--client-auth basic-raw", "--client-auth post"]),
      (.basicRaw, nil, ["rotated", "--client-auth post"]), (.post, nil, ["rotated"]),
    ] as [(ClientAuthentication, ClientAuthentication?, [String])])
  func forms(form: ClientAuthentication, alternative: ClientAuthentication?, advice: [String]) throws {
    let finding = try #require(try facts(answer(401), form, alternative: alternative).client)
    #expect(finding.saw.contains(form.rawValue))
    for words in advice { #expect(finding.advice?.contains(words) == true, "\(finding.advice ?? "")") }
    for other in ClientAuthentication.allCases.map({ "--client-auth \($0.rawValue)" })
    where !advice.contains(other) && !(other.hasSuffix("post") && form != .post) {
      #expect(finding.advice?.contains(other) == false)
    }
  }

  @Test("S3: what was taken says whether the other form would have differed")
  func taken() throws {
    #expect(try facts(granted()).client?.saw.contains("basic-encoded") == false)
    #expect(try facts(granted(), alternative: .basicEncoded).client?.saw.contains("basic-encoded") == true)
  }

  @Test("Doctor: unauthorized_client is not the secret's fault, and 403 may be the scope's")
  func adviceOnClient() throws {
    let grant = try #require(try facts(answer(400, error: "unauthorized_client")).client?.advice)
    #expect(grant.contains("client_credentials") && !grant.contains("secret"))
    #expect(try facts(answer(403)).client?.advice?.contains("scope") == true)
    #expect(try facts(answer(401)).client?.advice?.contains("scope") == false)
  }

  @Test(
    "Doctor: the clocks differ where no moment of the request is within half a minute of the server's",
    arguments: [
      (0, 0, "agrees"), (-30, 0, "agrees"), (-31, 0, "agrees"), (-32, 0, "differs"), (30, 0, "agrees"),
      (31, 0, "differs"), (39, 9, "agrees"), (40, 9, "differs"), (-600, 0, "differs"), (600, 0, "differs"),
    ] as [(Int64, Int64, String)])
  func clocks(offset: Int64, took: Int64, name: String) throws {
    let date = Self.sent.advanced(by: .seconds(offset))
    for status in [200, 401, 404, 503] {
      let grant = TokenFacts.Grant(life: .seconds(60), scope: nil, isBearer: true)
      let outcome = answer(
        status, grant: status == 200 ? .success(grant) : nil, date: date, took: .seconds(took))
      let finding = try #require(try facts(outcome).clock)
      #expect(finding.name == name)
      #expect(finding.grade == (name == "differs" ? .warning : .ok))
      if name == "differs" { #expect(finding.saw.contains(offset < 0 ? "ahead" : "behind")) }
    }
  }

  @Test(
    "Doctor: the scope granted is compared with the scope asked, value by value",
    arguments: [
      (nil, "granted"), (["b", "a"], "granted"), (["a", "b", "c"], "granted"), (["a"], "granted_in_part"),
      ([], "granted_in_part"), (["ab"], "granted_in_part"),
    ] as [([String]?, String)])
  func scopes(granted scope: [String]?, name: String) throws {
    let finding = try #require(try facts(granted(scope)).scopeGranted)
    #expect(finding.name == name)
    #expect(finding.exitCode == nil)
    if scope == ["a"] { #expect(finding.saw.contains("does not grant b")) }
  }

  @Test("Doctor: a scope that nobody asked for is no failure where it is refused")
  func ourScope() throws {
    let facts = try facts(answer(400, error: "invalid_scope"), scope: "files:download.delegate", isScopeOurs: true)
    #expect(facts.scopeGranted?.grade == .unseen)
    #expect(facts.scopeGranted?.advice?.contains("--scope") == true)
    #expect(exitCode(facts) == nil)
  }

  @Test(
    "Doctor: a life below a minute is warned of",
    arguments: [(60, "long_enough"), (3600, "long_enough"), (59, "short"), (1, "short")] as [(Int64, String)])
  func lives(seconds: Int64, name: String) throws {
    let finding = try #require(try facts(granted(life: .seconds(seconds))).life)
    #expect(finding.name == name)
    #expect(finding.grade == (name == "short" ? .warning : .ok))
    #expect(finding.saw.contains("\(seconds) s"))
  }
}
