import ServiceTokenClient
import ServiceTokenDomain
import ServiceTokenInMemory
import TestSupport
import Testing

@Suite("A caller's own deadline", .timeLimit(.minutes(5)))
struct DeadlineTests {
  @Test("S12: a deadline ends its caller's wait alone; the fetch goes on, for nobody too, and its token is there")
  func endsItsOwnWait() async throws {
    let held = ScriptedHTTP.Held()
    let rig = try Rig([.hold(held)])
    let impatient = Task { try await rig.client.token(for: jobs, within: .seconds(2)) }
    #expect(try await rig.clock.nextSleep() == .seconds(2))
    rig.clock.advance(by: .seconds(2))
    let error = try await #require(throws: ServiceTokenError.self) { try await impatient.value }
    #expect((error.code, error.endpoint) == (.deadlineExceeded, .serviceToken))
    #expect(rig.http.cancelledCount == 0)
    async let patient = rig.client.token(for: jobs)
    await rig.joined(1, for: jobs)
    held.answer(.token(1))
    #expect(try await patient.name == "1")
    #expect(rig.http.requests.count == 1)
  }

  @Test("S12: who joins a fetch that a deadline left alone and is cancelled does not cancel it")
  func leaverOfALoneFetch() async throws {
    let held = ScriptedHTTP.Held()
    let rig = try Rig([.hold(held)])
    let impatient = Task { try await rig.client.token(for: jobs, within: .seconds(2)) }
    rig.clock.advance(by: try await rig.clock.nextSleep())
    await #expect(throws: ServiceTokenError.self) { try await impatient.value }
    let joiner = Task { try await rig.client.token(for: jobs) }
    await rig.joined(1, for: jobs)
    joiner.cancel()
    await #expect(throws: CancellationError.self) { try await joiner.value }
    #expect(rig.client.snapshot().entries.map(\.isFetching) == [true])
    held.answer(.token(1))
    _ = try await rig.logger.event(named: "conversion.mc_token.obtained")
    #expect(try await rig.client.token(for: jobs).name == "1")
  }

  @Test("S13: a fresh token is returned whatever the deadline; with none, a deadline that is over sends nothing")
  func noTimeAtAll() async throws {
    let rig = try Rig([.answer(.token(1))])
    let error = try await #require(throws: ServiceTokenError.self) {
      try await rig.client.token(for: jobs, within: .zero)
    }
    #expect(error.code == .deadlineExceeded)
    #expect(rig.http.requests.isEmpty)
    _ = try await rig.client.token(for: jobs)
    #expect(try await rig.client.token(for: jobs, within: .zero).name == "1")
  }

  @Test("S12: who is answered in time leaves no timer behind")
  func timerEnds() async throws {
    let rig = try Rig([.answer(.token(1))])
    _ = try await rig.client.token(for: jobs, within: .seconds(60))
    #expect(rig.clock.sleeperCount == 0)
  }

  @Test("R1: a deadline of a call bounds its attempts, and the wait between them")
  func boundsACall() async throws {
    let rig = try Rig([.answer(.token("service")), .answer(HTTPResponse(status: 503))])
    _ = try await rig.client.token(for: delegation)
    let error = try await #require(throws: ServiceTokenError.self) {
      try await rig.client.downloadToken(for: report, within: .milliseconds(900))
    }
    #expect((error.code, error.status, error.attempts) == (.deadlineExceeded, 503, 1))
    #expect((error.cause as? ServiceTokenError)?.code == .mcTokenUnavailable)
  }

  @Test("R1: a deadline of a call bounds the wait for its service token, and that fetch goes on")
  func boundsItsToken() async throws {
    let held = ScriptedHTTP.Held()
    let rig = try Rig([.hold(held), .answer(.download("file"))])
    let download = Task { try await rig.client.downloadToken(for: report, within: .seconds(5)) }
    #expect(try await rig.clock.nextSleep() == .seconds(5))
    rig.clock.advance(by: .seconds(5))
    let error = try await #require(throws: ServiceTokenError.self) { try await download.value }
    #expect(error.code == .deadlineExceeded)
    async let token = rig.client.token(for: delegation)
    await rig.joined(1, for: delegation)
    held.answer(.token("service"))
    #expect(try await token.name == "service")
  }
}
