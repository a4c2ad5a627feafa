import ServiceTokenInMemory
import ServiceTokens
import Testing

@Suite("Testing your code", .timeLimit(.minutes(5)))
struct TestingYourCodeExamples {
  struct JobService {
    var tokens: any ServiceTokenProvider

    func authorization() async throws -> String {
      try await tokens.token(for: "converter:job.write").exposeAuthorization()
    }
  }

  @Test func jobsAreAuthorized() async throws {
    let tokens = InMemoryTokenProvider()
    #expect(try await JobService(tokens: tokens).authorization() == "Bearer in-memory-1")
    #expect(tokens.requests.map(\.scope.text) == ["converter:job.write"])
  }

  @Test func anOutageReachesTheCaller() async throws {
    let tokens = InMemoryTokenProvider()
    tokens.fail(with: ServiceTokenError(.idpUnavailable, "down", retryAfter: .seconds(30)))
    let error = await #expect(throws: ServiceTokenError.self) { try await JobService(tokens: tokens).authorization() }
    #expect(error?.code == .idpUnavailable)
  }

  /// A kind of one's own, of which the page shows the use alone: token revocation (RFC 7009), whose answer is empty.
  private struct Revocation: EndpointKind {
    var name: EndpointName { "revocation" }
    var failureCodes: FailureCodes { .serviceToken }
    func label(for input: Secret) -> EndpointLabel { "token" }
    func authorization(for input: Secret) -> EndpointAuthorization { .clientCredentials }
    func request(for input: Secret) -> EndpointRequest {
      EndpointRequest(path: "/revoke", content: .form([(name: "token", value: input.expose())]), secrets: [input])
    }
    func read(_ answer: EndpointAnswer, for input: Secret) -> EndpointReading<Void> { EndpointReading(()) }
  }

  @Test func aTokenIsRevoked() async throws {
    let tokens = InMemoryTokenProvider()
    tokens.answer(Revocation().name, with: HTTPResponse(status: 200))
    try await tokens.call(Revocation(), Secret("the-users-token"))  // your code, given `tokens`
  }

  @Test func aRevokedTokenIsReplaced() async throws {
    let memberCenter = EmbeddedMemberCenter(clock: SystemClock())
    let client = try ServiceTokenClient.embedded(memberCenter, logger: RecordingLogger())
    let request = DownloadRequest(tenantID: "t1", userID: "u1", objectKey: "users/42/report.pdf")
    _ = try await client.downloadToken(for: request)
    memberCenter.revokeAll()
    _ = try await client.downloadToken(for: request)  // 401, a fresh service token, once more
    #expect(memberCenter.issuedCount(of: .serviceToken) == 2)
    #expect(memberCenter.requestCount(of: .delegatedDownload) == 3)
  }

  @Test func aBusyServerIsAskedAgainAfterASecond() async throws {
    let clock = ManualClock()
    let memberCenter = EmbeddedMemberCenter(clock: clock)
    let log = RecordingLogger()
    let client = try ServiceTokenClient.embedded(memberCenter, clock: clock, logger: log)
    memberCenter.failNext(with: .status(503))

    async let token = client.token(for: "converter:job.write")
    #expect(try await clock.nextSleep() == .seconds(1))  // the wait has begun
    clock.advance(by: .seconds(1))  // and is over
    _ = try await token
    #expect(log.names == [.endpointError, .success, .obtained])
  }

  @Test func anExpiredTokenIsFetchedAnew() async throws {
    let clock = ManualClock()
    let memberCenter = EmbeddedMemberCenter(.init(tokenLife: .seconds(60)), clock: clock)
    let client = try ServiceTokenClient.embedded(memberCenter, clock: clock, logger: RecordingLogger())
    let first = try await client.token(for: "converter:job.write")
    clock.advance(by: .seconds(45))  // 15 s before its end it counts as stale
    #expect(try await client.token(for: "converter:job.write").value != first.value)
  }

  @Test func twoCallersShareOneFetchAndItsFailure() async throws {
    let held = ScriptedHTTP.Held()
    let observer = RecordingObserver()
    let client = try ServiceTokenClient.live(
      issuer: "https://member-center.test", clientID: "visionA", clientSecret: Secret("secret"),
      transport: .custom(ScriptedHTTP([.hold(held)])), clock: ManualClock(), logger: RecordingLogger()
    ) { $0.observer = observer.observe }
    let callers = ["a b", "b a"].map { scope in Task { try await client.token(for: scope) } }
    _ = try await observer.event(.miss, number: 2)  // both wait
    held.answer(HTTPResponse(status: 403))
    for caller in callers {
      let error = await #expect(throws: ServiceTokenError.self) { try await caller.value }
      #expect(error?.code == .serviceClientUnauthorized)
    }
  }

  @Test func aFailureIsLoggedWithoutItsSecret() async throws {
    let log = RecordingLogger()
    let memberCenter = EmbeddedMemberCenter(clock: SystemClock())
    let client = try ServiceTokenClient.embedded(memberCenter, logger: log)
    memberCenter.failNext(with: .status(403))
    await #expect(throws: ServiceTokenError.self) { try await client.token(for: "converter:job.write") }
    #expect(log.names == [.endpointError])
    #expect(log.events(.endpointError).first?["status"] == .int(403))
    let secret = memberCenter.configuration.clients[0].secret.expose()
    #expect(!log.events.contains { "\($0)".contains(secret) })
  }

  @Test func ourPartsKeepTheirPromises() async throws {
    #expect(await Conformance.check(secretSource: VaultSecret(vault: Vault())) == [])
    #expect(await Conformance.check(clock: SystemClock()) == [])
    #expect(await Conformance.check(logger: TeamLog(write: { _ in })) == [])
  }
}
