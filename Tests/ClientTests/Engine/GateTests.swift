import ServiceTokenClient
import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenPorts
import TestSupport
import Testing

@Suite("One gate for all scopes of an endpoint", .timeLimit(.minutes(5)))
struct GateTests {
  private static let busy = HTTPResponse(status: 429, headers: ["Retry-After": "60"])

  private func failure(_ rig: Rig, _ request: TokenRequest) async throws -> ServiceTokenError {
    try await #require(throws: ServiceTokenError.self) { try await rig.client.token(for: request) }
  }

  @Test("S11: a Retry-After closes the endpoint for every scope, and one probe of a single attempt opens it")
  func retryAfterClosesAll() async throws {
    let probe = ScriptedHTTP.Held()
    let rig = try Rig([.answer(Self.busy), .hold(probe), .answer(.token("files"))])
    #expect(try await failure(rig, jobs).retryAfter == .seconds(60))
    rig.clock.advance(by: .seconds(59))
    let other = try await failure(rig, files)
    #expect((other.code, other.status, other.retryAfter) == (.idpUnavailable, 429, .seconds(1)))
    #expect(rig.http.requests.count == 1)

    rig.clock.advance(by: .seconds(1))
    async let probing = rig.client.token(for: jobs)
    _ = try await rig.http.request(2)
    #expect(try await failure(rig, files).retryAfter == .seconds(1))
    probe.answer(.token("jobs"))
    #expect(try await probing.name == "jobs")
    #expect(try await rig.client.token(for: files).name == "files")
    #expect(rig.http.requests.count == 3)
  }

  @Test("S11: who is kept out is told why the gate closed, not what failed meanwhile for another reason")
  func reasonOfGate() async throws {
    let (first, second) = (ScriptedHTTP.Held(), ScriptedHTTP.Held())
    let rig = try Rig([.hold(first), .hold(second)])
    async let busy = failure(rig, jobs)
    _ = try await rig.http.request(1)
    async let wrong = failure(rig, files)
    _ = try await rig.http.request(2)
    first.answer(Self.busy)
    #expect(try await busy.status == 429)
    second.answer(HTTPResponse(status: 400, body: Array(#"{"error":"invalid_scope"}"#.utf8)))
    #expect(try await wrong.status == 400)
    let keptOut = try await failure(rig, delegation)
    #expect((keptOut.code, keptOut.status, keptOut.retryAfter) == (.idpUnavailable, 429, .seconds(60)))
  }

  @Test("S11: a probe that fails is not repeated by itself, and without a new Retry-After the next call tries in full")
  func probeIsOneAttempt() async throws {
    let down = HTTPResponse(status: 503)
    let rig = try Rig([.answer(Self.busy), .answer(down), .answer(down), .answer(.token(1))])
    _ = try await failure(rig, jobs)
    rig.clock.advance(by: .seconds(60))
    #expect(try await failure(rig, jobs).attempts == 1)
    async let token = rig.client.token(for: jobs)
    rig.clock.advance(by: try await rig.clock.nextSleep())
    #expect(try await token.name == "1")
  }

  @Test("S11: without the option an outage closes nothing: the next call tries again")
  func outageByDefault() async throws {
    let rig = try Rig(ScriptedHTTP { _, _ in HTTPResponse(status: 500) }) {
      $0.serviceTokenEndpoint.retryPolicy = RetryPolicy(maximumAttempts: 1)
    }
    for _ in 1...3 { _ = try await failure(rig, jobs) }
    #expect(rig.http.requests.count == 3)
  }

  @Test(
    "S11: with the option an outage fails callers at once, with the time to the next try; the first success opens it")
  func outageGate() async throws {
    let rig = try Rig(
      ScriptedHTTP { _, number in number < 8 ? HTTPResponse(status: 500) : .token(number) }
    ) {
      $0.outageGate = true
      $0.serviceTokenEndpoint.retryPolicy = RetryPolicy(maximumAttempts: 1)
    }
    for pause in [1, 2, 4, 8, 16, 30, 30] {
      #expect(try await failure(rig, jobs).attempts == 1)
      let refused = try await failure(rig, files)
      #expect((refused.code, refused.status, refused.retryAfter) == (.idpUnavailable, 500, .seconds(pause)))
      rig.clock.advance(by: .seconds(pause))
    }
    #expect(try await rig.client.token(for: files).name == "8")
    #expect(rig.client.snapshot().closedGates == [:])
  }

  @Test("S11: a refusal of one scope is no outage: it closes nothing")
  func refusalIsNoOutage() async throws {
    let rig = try Rig([.answer(HTTPResponse(status: 400)), .answer(.token("files"))]) { $0.outageGate = true }
    _ = try await failure(rig, jobs)
    #expect(try await rig.client.token(for: files).name == "files")
  }

  @Test("S11, S12: a probe whose last waiter leaves does not keep the gate closed")
  func abandonedProbe() async throws {
    let rig = try Rig([.answer(Self.busy), .hold(ScriptedHTTP.Held()), .answer(.token("files"))])
    _ = try await failure(rig, jobs)
    rig.clock.advance(by: .seconds(60))
    let probing = Task { try await rig.client.token(for: jobs) }
    await rig.joined(1, for: jobs)
    _ = try await rig.http.request(2)
    probing.cancel()
    await #expect(throws: CancellationError.self) { try await probing.value }
    #expect(try await rig.client.token(for: files).name == "files")
  }

  @Test("S11, S12: while the gate is closed a fresh token is served, and nobody refreshes it")
  func freshBehindTheGate() async throws {
    let rig = try Rig([.answer(.token("old")), .answer(Self.busy), .answer(.token("new"))])
    _ = try await rig.client.token(for: jobs)
    rig.clock.advance(by: .seconds(3285))
    _ = try await failure(rig, files)
    for _ in 1...6 {
      #expect(rig.client.cachedToken(for: jobs)?.name == "old")
      rig.clock.advance(by: .seconds(10))
    }
    #expect(rig.http.requests.count == 2)
    #expect(rig.client.cachedToken(for: jobs)?.name == "old")
    _ = try await rig.http.request(3)
  }
}
