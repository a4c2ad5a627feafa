import ServiceTokenClient
import ServiceTokenDomain
import ServiceTokenInMemory
import TestSupport
import Testing

@Suite("From the first token to the last", .timeLimit(.minutes(5)))
struct LifeCycleTests {
  @Test("S10: prewarming fetches each scope once, side by side, and what follows is a hit")
  func prewarm() async throws {
    let gate = AsyncGate()
    let rig = try Rig(
      ScriptedHTTP { _, number in
        await gate.passed()
        return .token(number)
      })
    let prewarming = Task { try await rig.client.prewarm([jobs.scope, files.scope, jobs.scope]) }
    _ = try await rig.http.request(2)
    gate.open()
    try await prewarming.value
    #expect(rig.client.cachedToken(for: jobs) != nil && rig.client.cachedToken(for: files) != nil)
    #expect(rig.http.requests.count == 2)
  }

  @Test("S10: prewarming waits for all, and throws the error of the first scope that has no token")
  func prewarmFails() async throws {
    let rig = try Rig(
      ScriptedHTTP { request, _ in
        let isJobs = String(decoding: request.body, as: UTF8.self).contains("converter")
        return isJobs ? .token(1) : HTTPResponse(status: 400)
      })
    let error = try await #require(throws: ServiceTokenError.self) {
      try await rig.client.prewarm([files.scope, jobs.scope])
    }
    #expect(error.code == .idpMisconfigured)
    #expect(rig.client.cachedToken(for: jobs)?.name == "1")
  }

  @Test("S12: a prewarming that takes too long says so, and its fetch goes on")
  func prewarmRunsOutOfTime() async throws {
    let held = ScriptedHTTP.Held()
    let rig = try Rig([.hold(held)])
    let prewarming = Task { try await rig.client.prewarm([jobs.scope], within: .seconds(5)) }
    rig.clock.advance(by: try await rig.clock.nextSleep())
    let error = try await #require(throws: ServiceTokenError.self) { try await prewarming.value }
    #expect(error.code == .deadlineExceeded)
    held.answer(.token(1))
    #expect(try await rig.client.token(for: jobs).name == "1")
  }

  @Test("Shutdown refuses what is new, lets what is in flight end, and goes on giving out fresh tokens")
  func orderly() async throws {
    let held = ScriptedHTTP.Held()
    let rig = try Rig([.answer(.token("files")), .hold(held)])
    _ = try await rig.client.token(for: files)
    let waiting = Task { try await rig.client.token(for: jobs) }
    await rig.joined(1, for: jobs)
    let shutdown = Task { await rig.client.shutdown(within: .seconds(10)) }
    #expect(try await rig.clock.nextSleep() == .seconds(10))

    for refused in [jobs, delegation] {
      let error = try await #require(throws: ServiceTokenError.self) { try await rig.client.token(for: refused) }
      #expect(error.code == .shutDown)
    }
    let error = try await #require(throws: ServiceTokenError.self) { try await rig.client.downloadToken(for: report) }
    #expect(error.code == .shutDown)
    // It still waits, though three have come and gone meanwhile.
    #expect(rig.clock.sleeperCount == 1)
    held.answer(.token("jobs"))
    #expect(try await waiting.value.name == "jobs")
    await shutdown.value
    #expect(try await rig.client.token(for: files).name == "files")
    #expect(rig.client.snapshot().isShutDown)
    #expect(rig.clock.sleeperCount == 0)
  }

  @Test("Shutdown cancels what has not ended by then, and tells its waiters so: fetches, calls, and their waits")
  func impatient() async throws {
    let rig = try Rig([.answer(.token("service")), .hold(ScriptedHTTP.Held()), .hold(ScriptedHTTP.Held())])
    _ = try await rig.client.token(for: delegation)
    let waiting = Task { try await rig.client.token(for: jobs) }
    let calling = Task { try await rig.client.downloadToken(for: report) }
    _ = try await rig.http.request(3)
    let shutdown = Task { await rig.client.shutdown(within: .seconds(10)) }
    rig.clock.advance(by: try await rig.clock.nextSleep())
    let fetch = try await #require(throws: ServiceTokenError.self) { try await waiting.value }
    let call = try await #require(throws: ServiceTokenError.self) { try await calling.value }
    #expect((fetch.code, call.code) == (.shutDown, .shutDown))
    await shutdown.value
    try await rig.http.cancelled(2)
  }

  @Test("A call that was under way when the shutdown began gets the service token that it needs")
  func callInFlight() async throws {
    let held = ScriptedHTTP.Held()
    let rig = try Rig([.answer(.token("old")), .hold(held), .answer(.token("new")), .answer(.download("file"))])
    _ = try await rig.client.token(for: delegation)
    let calling = Task { try await rig.client.downloadToken(for: report) }
    _ = try await rig.http.request(2)
    let shutdown = Task { await rig.client.shutdown(within: .seconds(10)) }
    _ = try await rig.clock.nextSleep()
    held.answer(HTTPResponse(status: 401))
    #expect(try await calling.value.value == Secret(Canary.token("file")))
    await shutdown.value
  }

  @Test("After a shutdown a reader in the refresh window starts no refresh")
  func noRefreshAfterwards() async throws {
    let rig = try Rig([.answer(.token(1))])
    let handle = rig.client.tokens(for: jobs)
    _ = try await handle.token()
    await rig.client.shutdown(within: .zero)
    rig.clock.advance(by: .seconds(3400))
    #expect(rig.client.cachedToken(for: jobs)?.name == "1")
    #expect(handle.cachedToken?.name == "1")
    #expect(rig.client.snapshot().entries.map(\.isFetching) == [false])
  }
}
