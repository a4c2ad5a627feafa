import Foundation
import ServiceTokenClient
import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenPorts
import TestSupport
import Testing

@Suite("The cache, with the clock in the test's hand")
struct CacheTests {
  @Test("S6: a cached token is served until 15 s before it expires, and not at that moment")
  func freshness() async throws {
    let rig = try Rig([.answer(.token(1)), .answer(.token(2))]) { $0.cachePolicy.refreshesAhead = false }
    #expect(try await rig.client.token(for: jobs).name == "1")
    rig.clock.advance(by: .seconds(3585) - .nanoseconds(1))
    #expect(try await rig.client.token(for: jobs).name == "1")
    #expect(rig.client.cachedToken(for: jobs)?.name == "1")
    rig.clock.advance(by: .nanoseconds(1))
    #expect(rig.client.cachedToken(for: jobs) == nil)
    #expect(try await rig.client.token(for: jobs).name == "2")
  }

  @Test(
    "S6: a token is stale as soon as either clock says so",
    arguments: [(monotonic: 3585, wall: 0), (monotonic: 0, wall: 3585), (monotonic: 3585, wall: -86400)])
  func eitherClock(monotonic: Int, wall: Int) async throws {
    let rig = try Rig([.answer(.token(1)), .answer(.token(2))]) { $0.cachePolicy.refreshesAhead = false }
    _ = try await rig.client.token(for: jobs)
    rig.clock.advanceMonotonic(by: .seconds(monotonic))
    rig.clock.advanceWall(by: .seconds(wall))
    #expect(try await rig.client.token(for: jobs).name == "2")
  }

  @Test("S5: a token's life counts from before its request was sent, not from when its answer came")
  func lifeCountsFromSending() async throws {
    let held = ScriptedHTTP.Held()
    let rig = try Rig([.hold(held), .answer(.token(2))]) { $0.cachePolicy.refreshesAhead = false }
    async let first = rig.client.token(for: jobs)
    _ = try await rig.http.request(1)
    rig.clock.advance(by: .seconds(8))
    held.answer(.token(1))
    #expect(try await first.name == "1")
    rig.clock.advance(by: .seconds(3585 - 8))
    #expect(try await rig.client.token(for: jobs).name == "2")
  }

  @Test("S7: a token of 10 s is served from the cache for 5 s, and its waiters get even one that is stale on arrival")
  func shortLife() async throws {
    let held = ScriptedHTTP.Held()
    let rig = try Rig([.answer(.token(1, expiresIn: 10)), .hold(held), .answer(.token(3))]) {
      $0.cachePolicy.refreshesAhead = false
    }
    _ = try await rig.client.token(for: jobs)
    rig.clock.advance(by: .seconds(4))
    #expect(try await rig.client.token(for: jobs).name == "1")
    rig.clock.advance(by: .seconds(1))
    async let late = rig.client.token(for: jobs)
    _ = try await rig.http.request(2)
    rig.clock.advance(by: .seconds(9))
    held.answer(.token(2, expiresIn: 10))
    #expect(try await late.name == "2")
    #expect(try await rig.client.token(for: jobs).name == "3")
  }

  @Test("S8: a scope does not wait for another scope's fetch")
  func scopesAreIndependent() async throws {
    let held = ScriptedHTTP.Held()
    let rig = try Rig([.hold(held), .answer(.token("files"))])
    async let first = rig.client.token(for: jobs)
    _ = try await rig.http.request(1)
    #expect(try await rig.client.token(for: files).name == "files")
    held.answer(.token("jobs"))
    #expect(try await first.name == "jobs")
  }

  @Test("S9: however a scope is spelled, it is one cache entry and one spelling on the wire")
  func aliases() async throws {
    let rig = try Rig([.answer(.token(1))])
    for spelling in ["b a", "a b", " a  b a "] {
      #expect(try await rig.client.token(for: spelling).name == "1")
    }
    #expect(
      rig.http.requests.map { String(decoding: $0.body, as: UTF8.self) }
        == ["grant_type=client_credentials&scope=a+b"])
  }

  @Test(
    "S1: a scope that is none is an argument error and nothing is sent", arguments: ["", "   ", "a\tb", "ü", "a\"b"])
  func badScope(_ text: String) async throws {
    let rig = try Rig([])
    let error = try await #require(throws: ServiceTokenError.self) { try await rig.client.token(for: text) }
    #expect(error.code == .invalidArgument)
    #expect(rig.http.requests.isEmpty)
  }

  @Test("S11: a failure is not cached, the next call tries again")
  func failureIsNotCached() async throws {
    let rig = try Rig([.answer(HTTPResponse(status: 400)), .answer(.token(1))])
    await #expect(throws: ServiceTokenError.self) { try await rig.client.token(for: jobs) }
    #expect(try await rig.client.token(for: jobs).name == "1")
  }

  @Test("S11: while a Retry-After runs, calls fail at once with that error and the time left")
  func retryAfterGate() async throws {
    let busy = HTTPResponse(status: 429, headers: ["Retry-After": "60"])
    let rig = try Rig([.answer(busy), .answer(.token(1))])
    let first = try await #require(throws: ServiceTokenError.self) { try await rig.client.token(for: jobs) }
    #expect(first.retryAfter == .seconds(60))
    rig.clock.advance(by: .seconds(45))
    let second = try await #require(throws: ServiceTokenError.self) { try await rig.client.token(for: jobs) }
    #expect((second.code, second.status, second.retryAfter) == (.idpUnavailable, 429, .seconds(15)))
    #expect(rig.http.requests.count == 1)
    rig.clock.advance(by: .seconds(15))
    #expect(try await rig.client.token(for: jobs).name == "1")
  }

  @Test("S13: a fresh token is returned without a look at cancellation; with none, a cancelled caller sends nothing")
  func cancelledCallers() async throws {
    let rig = try Rig([.answer(.token(1))])
    await #expect(throws: CancellationError.self) {
      try await cancelled { try await rig.client.token(for: jobs) }
    }
    #expect(rig.http.requests.isEmpty)
    _ = try await rig.client.token(for: jobs)
    #expect(try await cancelled { try await rig.client.token(for: jobs) }.name == "1")
  }

  @Test("S12: a refresh ahead serves the valid token to everybody, survives its leavers, and replaces the token")
  func refreshAhead() async throws {
    let held = ScriptedHTTP.Held()
    let rig = try Rig([.answer(.token(1)), .hold(held)])
    _ = try await rig.client.token(for: jobs)
    rig.clock.advance(by: .seconds(3285))
    for _ in 1...3 { #expect(try await rig.client.token(for: jobs).name == "1") }
    _ = try await rig.http.request(2)
    // The token goes stale while the refresh is in flight: one joins it, and leaves.
    rig.clock.advance(by: .seconds(300))
    let joiner = Task { try await rig.client.token(for: jobs) }
    await rig.joined(1, for: jobs)
    joiner.cancel()
    await #expect(throws: CancellationError.self) { try await joiner.value }
    async let next = rig.client.token(for: jobs)
    held.answer(.token(2))
    #expect(try await next.name == "2")
    #expect(rig.http.requests.count == 2)
    #expect(rig.http.cancelledCount == 0)
  }

  @Test("S12: a failed refresh is invisible while the token is fresh")
  func failedRefresh() async throws {
    let held = ScriptedHTTP.Held()
    let rig = try Rig([.answer(.token(1)), .hold(held)])
    _ = try await rig.client.token(for: jobs)
    rig.clock.advance(by: .seconds(3285))
    #expect(rig.client.cachedToken(for: jobs)?.name == "1")
    _ = try await rig.http.request(2)
    // Stale by the wall clock for a moment, so that somebody joins the refresh and hears when it has failed.
    rig.clock.advanceWall(by: .seconds(300))
    let joiner = Task { try await rig.client.token(for: jobs) }
    await rig.joined(1, for: jobs)
    held.answer(HTTPResponse(status: 400))
    await #expect(throws: ServiceTokenError.self) { try await joiner.value }
    rig.clock.advanceWall(by: .seconds(-300))
    #expect(rig.client.cachedToken(for: jobs)?.name == "1")
  }

  @Test("S10: invalidating drops exactly that token and never a newer one")
  func invalidate() async throws {
    let rig = try Rig([.answer(.token(1)), .answer(.token(2))])
    let first = try await rig.client.token(for: jobs)
    rig.client.invalidate(first)
    #expect(rig.client.cachedToken(for: jobs) == nil)
    #expect(try await rig.client.token(for: jobs).name == "2")
    rig.client.invalidate(first)
    #expect(rig.client.cachedToken(for: jobs)?.name == "2")
  }

  @Test("S9: a token of a kind from outside is found again by that kind, whatever it wrote into the token")
  func foreignKind() async throws {
    let rig = try Rig([.answer(.token("exchanged")), .answer(.token("again"))])
    let token = try await rig.client.token(from: Exchange(), for: jobs)
    #expect(token.endpoint == "exchange")
    #expect(rig.client.cachedToken(for: jobs) == nil)
    #expect(try await rig.client.token(from: Exchange(), for: jobs).name == "exchanged")
    rig.client.invalidate(token)
    #expect(try await rig.client.token(from: Exchange(), for: jobs).name == "again")
  }

  @Test("S9: a handle of a kind from outside reads, waits and refreshes as one of a scope does, and shares its tokens")
  func handleOfForeignKind() async throws {
    let rig = try Rig([.answer(.token("exchanged")), .answer(.token("ahead"))])
    let handle = try rig.client.tokens(from: Exchange(), for: jobs)
    #expect(handle.cachedToken == nil)
    #expect(try await handle.token().name == "exchanged")
    // What follows waits for the second reply, which nobody else may have taken.
    try #require(try await rig.client.token(from: Exchange(), for: jobs).name == "exchanged")
    #expect(rig.client.cachedToken(for: jobs) == nil)
    rig.clock.advance(by: .seconds(3400))
    try #require(handle.cachedToken?.name == "exchanged")
    #expect(try await rig.http.request(2).url == "https://member-center.test/exchange")
    _ = try await rig.logger.event(.obtained, number: 2)
    rig.clock.advance(by: .seconds(200))
    #expect(try await handle.token().name == "ahead")
    #expect(throws: ServiceTokenError.self) { try rig.client.tokens(from: Exchange(isFor: files), for: jobs) }
  }

  @Test("S9: while a kind from outside is asked, the client holds no lock that the kind may need")
  func kindThatAsks() async throws {
    let rig = try Rig([.answer(.token("exchanged")), .answer(HTTPResponse(status: 400))])
    let answers = Locked([Bool]())
    let kind = Exchange(isAsked: { [client = rig.client] in
      let isThere = DispatchSemaphore(value: 0)
      Thread.detachNewThread {
        _ = client.snapshot()
        isThere.signal()
      }
      let isAnswered = isThere.wait(timeout: .now() + 10) == .success
      answers.withLock { $0.append(isAnswered) }
    })
    let token = try await rig.client.token(from: kind, for: jobs)
    rig.client.invalidate(token)
    let handle = try rig.client.tokens(from: kind, for: jobs)
    await #expect(throws: ServiceTokenError.self) { _ = try await handle.token() }
    #expect(answers.withLock(\.count) >= 4)
    #expect(answers.withLock { $0.allSatisfy { $0 } })
  }

  @Test("C3: making a client touches neither network nor secret")
  func construction() throws {
    let rig = try Rig([])
    #expect(rig.http.requests.isEmpty)
    #expect(rig.secrets.reads == 0)
  }
}

/// What `body` gives in a task that is cancelled before it begins.
func cancelled<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
  let task = Task {
    unsafe withUnsafeCurrentTask { task in unsafe task?.cancel() }
    return try await body()
  }
  return try await task.value
}
