import Foundation
import ServiceTokenClient
import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenPorts
import TestSupport
import Testing

/// What the engine does over hours of virtual time, in figures. `Scripts/show-engine` runs them in full size.
@Suite("Figures of the engine", .timeLimit(.minutes(5)))
struct ShowingTests {
  @Test(
    "S6, S12: an hour of steady load with tokens of 60 s costs at most 120 fetches, and nobody waits after the first")
  func steadyHour() async throws {
    let world = try World { _ in .token("x", expiresIn: 60) }
    try await world.call(jobs)
    var waits = 0
    for _ in 0..<36_000 {
      world.rig.clock.advance(by: .milliseconds(100))
      if world.rig.client.cachedToken(for: jobs) == nil { waits += 1 }
      try await world.settle()
    }
    let fetches = world.rig.http.requests.count
    // Printed, here and below, for `Scripts/show-engine`.
    print(
      "shown: tokens of 60 s, one hour, 10 reads a second: \(fetches) fetches, \(waits) callers waited after the first")
    #expect(fetches <= 120)
    #expect(waits == 0)
  }

  @Test(
    "S11: ten minutes of outage cost at most 40 requests with the gate, one flight at a time without it",
    arguments: [true, false])
  func outage(isGated: Bool) async throws {
    let callsPerSecond = size("ENGINE_CALLS_PER_SECOND", 20)
    let step = Duration.seconds(1) / callsPerSecond
    let isDown = Locked(true)
    let atOnce = Locked((now: 0, most: 0))
    let world = try World(
      change: { $0.outageGate = isGated },
      answer: { _ in
        atOnce.withLock {
          $0.now += 1
          $0.most = max($0.most, $0.now)
        }
        defer { atOnce.withLock { $0.now -= 1 } }
        return isDown.withLock { $0 } ? HTTPResponse(status: 503) : .token("x")
      })
    for _ in 0..<(600 * callsPerSecond) {
      try await world.call(jobs)
      try await world.pass(step)
    }
    let requests = world.rig.http.requests.count
    isDown.withLock { $0 = false }
    var recovery = Duration.zero
    while world.rig.client.cachedToken(for: jobs) == nil, recovery < .seconds(60) {
      try await world.call(jobs)
      guard world.rig.client.cachedToken(for: jobs) == nil else { break }
      try await world.pass(step)
      recovery += step
    }
    let most = atOnce.withLock { $0.most }
    print(
      "shown: outage of 600 s at \(callsPerSecond) calls/s, gate \(isGated ? "on" : "off"): \(requests) requests, "
        + "\(most) at once, recovered \(recovery) after its end")
    #expect(recovery <= .seconds(30))
    #expect(most == 1)
    #expect(!isGated || requests <= 40)
  }

  @Test("S8: scopes asked for once leave 1,024 behind")
  func manyScopes() async throws {
    let count = size("ENGINE_SCOPES", 2000)
    let rig = try Rig(ScriptedHTTP { _, _ in .token("x") })
    for number in 1...count { _ = try await rig.client.token(for: Scope("scope-\(number)")) }
    let kept = rig.client.snapshot().entries.count
    print("shown: \(count) scopes asked for once: \(kept) remembered")
    #expect(kept == 1024)
  }

  private func size(_ variable: String, _ small: Int) -> Int {
    ProcessInfo.processInfo.environment[variable].flatMap { Int($0) } ?? small
  }
}

/// A client whose one fetch at a time is followed step by step: whatever lets it go on, a caller or the clock, waits until
/// it sleeps again or has landed. So virtual time never runs ahead of it.
private final class World {
  let rig: Rig
  private let changes: AsyncStream<Void>
  private let change: AsyncStream<Void>.Continuation
  private let listener: Task<Void, Never>

  init(
    change configure: (inout ServiceTokenClient.Configuration) -> Void = { _ in },
    answer: @escaping @Sendable (Int) -> HTTPResponse
  ) throws {
    let (changes, change) = AsyncStream.makeStream(of: Void.self)
    (self.changes, self.change) = (changes, change)
    let rig = try Rig(ScriptedHTTP { _, number in answer(number) }) {
      configure(&$0)
      $0.observer = { _ in change.yield() }
    }
    self.rig = rig
    listener = Task {
      while (try? await rig.clock.nextSleep()) != nil { change.yield() }
    }
  }

  deinit { listener.cancel() }

  /// Somebody wants a token; whoever would only join the fetch that is in flight is left out.
  func call(_ request: TokenRequest) async throws {
    guard !isFetching else { return }
    let isDone = Locked(false)
    let caller = Task { [rig, change] in
      _ = try? await rig.client.token(for: request)
      isDone.withLock { $0 = true }
      change.yield()
    }
    await until { isDone.withLock { $0 } || self.rig.clock.sleeperCount > 0 }
    withExtendedLifetime(caller) {}
  }

  /// Time passes.
  func pass(_ duration: Duration) async throws {
    rig.clock.advance(by: duration)
    try await settle()
  }

  /// Waits until nothing goes on but by a caller or by the clock.
  func settle() async throws { await until { !self.isFetching || self.rig.clock.sleeperCount > 0 } }

  private var isFetching: Bool { rig.client.snapshot().entries.contains { $0.isFetching } }

  /// Waits, from one change to the next, for `isSo`.
  private func until(_ isSo: () -> Bool) async {
    var changes = changes.makeAsyncIterator()
    while !isSo() { _ = await changes.next() }
  }
}
