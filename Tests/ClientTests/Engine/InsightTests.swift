import ServiceTokenClient
import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenPorts
import TestSupport
import Testing

@Suite("What a client tells of itself", .timeLimit(.minutes(5)))
struct InsightTests {
  @Test("A snapshot tells each scope's state, times, waiters and last outcome")
  func snapshot() async throws {
    let held = ScriptedHTTP.Held()
    let rig = try Rig([.answer(.token(1)), .answer(HTTPResponse(status: 403)), .hold(held)])
    _ = try await rig.client.token(for: jobs)
    await #expect(throws: ServiceTokenError.self) { try await rig.client.token(for: files) }
    rig.clock.advance(by: .seconds(100))
    let waiting = Task { try await rig.client.token(for: delegation) }
    await rig.joined(1, for: delegation)

    let entries = rig.client.snapshot().entries
    #expect(
      entries == [
        .init(
          endpoint: .serviceToken, request: jobs, state: .fresh, age: .seconds(100), timeToRefresh: .seconds(3185),
          timeToExpiry: .seconds(3500), lastOutcome: .fetched),
        .init(endpoint: .serviceToken, request: delegation, state: .absent, isFetching: true, waiters: 1),
        .init(
          endpoint: .serviceToken, request: files, state: .absent,
          lastOutcome: .failed(.serviceClientUnauthorized), failuresInARow: 1),
      ])
    held.answer(.token(2))
    _ = try await waiting.value
    rig.clock.advance(by: .seconds(3300))
    #expect(rig.client.snapshot().entries.map(\.state) == [.refreshDue, .refreshDue, .absent])
    rig.clock.advance(by: .seconds(300))
    #expect(rig.client.snapshot().entries[0].timeToExpiry == .zero)
    #expect(rig.client.snapshot().entries.map(\.state) == [.stale, .stale, .absent])
  }

  @Test("A snapshot tells which gate is closed and for how long")
  func gates() async throws {
    let rig = try Rig([.answer(HTTPResponse(status: 429, headers: ["Retry-After": "60"]))])
    await #expect(throws: ServiceTokenError.self) { try await rig.client.token(for: jobs) }
    rig.clock.advance(by: .seconds(20))
    #expect(rig.client.snapshot().closedGates == [.serviceToken: .seconds(40)])
  }

  @Test("Hits and misses are counted, however the token is read")
  func counts() async throws {
    let rig = try Rig([.answer(.token(1))])
    let handle = rig.client.tokens(for: jobs)
    _ = try await rig.client.token(for: jobs)
    for _ in 1...5 {
      _ = handle.cachedToken
      _ = rig.client.cachedToken(for: jobs.scope)
      _ = rig.client.cachedToken(for: "converter:job.write converter:job.read")
      _ = try await rig.client.token(for: jobs)
    }
    let snapshot = rig.client.snapshot()
    #expect((snapshot.hits, snapshot.misses) == (20, 1))
  }

  @Test("A read in the refresh window is one hit, also the one that starts the refresh")
  func countsInWindow() async throws {
    let rig = try Rig([.answer(.token(1)), .hold(ScriptedHTTP.Held())])
    let handle = rig.client.tokens(for: jobs)
    _ = try await rig.client.token(for: jobs)
    // Each kind of reader has its copy by then.
    _ = (handle.cachedToken, rig.client.cachedToken(for: jobs.scope))
    rig.clock.advance(by: .seconds(3300))
    _ = rig.client.cachedToken(for: jobs.scope)
    _ = handle.cachedToken
    _ = rig.client.cachedToken(for: jobs.scope)
    #expect(rig.client.snapshot().hits == 5)
  }

  @Test("The observer is told of misses, waits, fetches, refreshes and gates, with their durations and codes")
  func events() async throws {
    let observer = RecordingObserver()
    let (held, busy) = (ScriptedHTTP.Held(), ScriptedHTTP.Held())
    let rig = try Rig([.hold(held), .answer(.token(2)), .hold(busy), .answer(.token(3))]) {
      $0.observer = { observer.observe($0) }
    }
    func event(_ kind: ClientEvent.Kind, _ duration: Int? = nil, _ request: TokenRequest? = jobs) -> ClientEvent {
      ClientEvent(kind, endpoint: .serviceToken, request: request, duration: duration.map { .seconds($0) })
    }
    // Whoever has an answer finds told what led to it.
    var seen = 0
    func new() -> [ClientEvent] {
      defer { seen = observer.events.count }
      return Array(observer.events.dropFirst(seen))
    }

    let two = [1, 2].map { _ in Task { try await rig.client.token(for: jobs) } }
    _ = try await observer.event(.miss, number: 2)
    rig.clock.advance(by: .seconds(3))
    held.answer(.token(1))
    for task in two { _ = try await task.value }
    #expect(
      new() == [event(.miss), event(.miss), event(.fetched, 3), event(.waited, 3), event(.waited, 3)])

    rig.clock.advance(by: .seconds(3285))
    let old = try #require(rig.client.cachedToken(for: jobs))
    _ = try await observer.event(.refreshed)
    #expect(new() == [event(.refreshed, 0)])
    // A newer one is there already.
    rig.client.invalidate(old)

    let third = Task { try await rig.client.token(for: files) }
    _ = try await observer.event(.miss, number: 3)
    busy.answer(HTTPResponse(status: 429, headers: ["Retry-After": "60"]))
    await #expect(throws: ServiceTokenError.self) { try await third.value }
    await #expect(throws: ServiceTokenError.self) { try await rig.client.token(for: files) }
    let failed = ClientEvent(
      .fetchFailed, endpoint: .serviceToken, request: files, duration: .zero, code: .idpUnavailable)
    #expect(
      new() == [
        event(.miss, nil, files), event(.gateClosed, nil, nil), failed, event(.waited, 0, files),
        event(.refusedByGate, nil, files),
      ])
    rig.clock.advance(by: .seconds(60))
    _ = try await rig.client.token(for: files)
    #expect(new().contains(event(.gateOpened, nil, nil)))
  }

  @Test("The observer is told before those who waited go on")
  func toldFirst() async throws {
    let observer = RecordingObserver()
    let held = ScriptedHTTP.Held()
    let rig = try Rig([.hold(held)]) { $0.observer = { observer.observe($0) } }
    let caller = Task(executorPreference: AtOnce()) {
      _ = try await rig.client.token(for: jobs)
      return observer.events.map(\.kind)
    }
    await rig.joined(1, for: jobs)
    held.answer(.token(1))
    #expect(try await caller.value == [.miss, .fetched, .waited])
  }

  @Test("Redaction: neither a snapshot nor an event shows a token")
  func noSecrets() async throws {
    let shows = { @Sendable (value: Any) in everyText(of: value).contains { $0.contains(Canary.tokenPrefix) } }
    let rig = try Rig([.answer(.token(1))]) { $0.observer = { event in #expect(!shows(event)) } }
    let handle = rig.client.tokens(for: jobs)
    _ = try await handle.token()
    #expect(!shows(rig.client.snapshot()))
    #expect(!shows(handle))
    #expect(!shows(rig.client))
    #expect(!shows(rig.client.authorizedHTTP(for: jobs.scope, below: rig.client.configuration.issuer)))
  }
}
