import ServiceTokenDomain
import ServiceTokenPorts
import TestSupport
import Testing

@testable import ServiceTokenInMemory

@Suite("The manual clock", .timeLimit(.minutes(1)))
struct ManualClockTests {
  private let clock = ManualClock(monotonic: 1_000, wall: 5_000)

  /// Starts a sleep, and waits until it is on the clock.
  private func sleeper(for duration: Duration, then wake: @escaping @Sendable () -> Void = {}) async throws -> Task<
    Void, any Error
  > {
    let task = Task { [clock] in
      try await clock.sleep(for: duration)
      wake()
    }
    #expect(try await clock.nextSleep() == duration)
    return task
  }

  @Test("It stands still until it is moved, and moves by just that")
  func movesByHand() {
    #expect(clock.now() == Reading(monotonic: 1_000, wall: 5_000))
    clock.advance(by: .nanoseconds(10))
    #expect(clock.now() == Reading(monotonic: 1_010, wall: 5_010))
    clock.advanceMonotonic(by: .nanoseconds(10))
    #expect(clock.now() == Reading(monotonic: 1_020, wall: 5_010))
    clock.advanceWall(by: .nanoseconds(-20))
    #expect(clock.now() == Reading(monotonic: 1_020, wall: 4_990))
    clock.setWall(7)
    #expect(clock.now() == Reading(monotonic: 1_020, wall: 7))
  }

  @Test("It begins on a day that can be read in a log")
  func beginsOnADay() {
    #expect(Wire.RFC3339.format(ManualClock().now().date) == "2026-11-24T00:00:00Z")
  }

  @Test("A sleeper wakes at its deadline and not a nanosecond before")
  func wakesAtTheDeadline() async throws {
    let sleeper = try await sleeper(for: .seconds(1))
    clock.advance(by: .nanoseconds(999_999_999))
    #expect(clock.sleeperCount == 1)
    clock.advance(by: .nanoseconds(1))
    #expect(clock.sleeperCount == 0)
    try await sleeper.value
  }

  @Test("Sleepers wake in the order of their deadlines, and those of one deadline in that of their arrival")
  func wakesInOrder() {
    let (executor, woken) = (StepExecutor(), Journal<String>())
    for (name, seconds) in [("c", 3), ("a", 1), ("b1", 2), ("b2", 2), ("d", 4)] {
      executor.start { [clock] in
        try await clock.sleep(for: .seconds(seconds))
        woken.append(name)
      }
    }
    clock.advance(by: .seconds(3))
    executor.run()
    #expect(woken.entries == ["a", "b1", "b2", "c"])
    clock.advance(by: .seconds(1))
    executor.run()
    #expect(woken.entries == ["a", "b1", "b2", "c", "d"])
  }

  @Test("Sleepers hang on the monotonic clock alone")
  func hangsOnTheMonotonicClock() async throws {
    let sleeper = try await sleeper(for: .seconds(1))
    clock.advanceWall(by: .seconds(100))
    clock.setWall(.max)
    #expect(clock.sleeperCount == 1)
    clock.advanceMonotonic(by: .seconds(1))
    #expect(clock.sleeperCount == 0)
    try await sleeper.value
  }

  @Test("A sleep of no length returns at once and is none", arguments: [Duration.zero, .seconds(-1)])
  func returnsAtOnce(duration: Duration) async throws {
    try await clock.sleep(for: duration)
    let sleeper = try await sleeper(for: .seconds(1))
    clock.advance(by: .seconds(1))
    try await sleeper.value
  }

  @Test("R6: a cancelled sleeper gets the cancellation, and the others sleep on")
  func cancels() async throws {
    let first = try await sleeper(for: .seconds(1))
    let second = try await sleeper(for: .seconds(1))
    first.cancel()
    await #expect(throws: CancellationError.self) { try await first.value }
    #expect(clock.sleeperCount == 1)
    clock.advance(by: .seconds(1))
    try await second.value
  }

  @Test("R6: a sleeper is off the clock when the call that cancels it returns, however early that is")
  func cancelsAtOnce() async throws {
    let sleeper = Locked<Task<Void, any Error>?>(nil)
    let count = Task(executorPreference: AtOnce()) { [clock] in
      // Goes on while the sleeper is still about to wait.
      _ = try await clock.nextSleep()
      sleeper.withLock { $0 }?.cancel()
      return clock.sleeperCount
    }
    let gate = AsyncGate()
    let sleep = Task { [clock] in
      await gate.passed()
      try await clock.sleep(for: .seconds(1))
    }
    sleeper.withLock { $0 = sleep }
    gate.open()
    #expect(try await count.value == 0)
    await #expect(throws: CancellationError.self) { try await sleep.value }
  }

  @Test("R6: a sleep in a cancelled task throws at once and is none", arguments: [Duration.zero, .seconds(1)])
  func refusesACancelledTask(duration: Duration) async throws {
    await #expect(throws: CancellationError.self) {
      try await cancelled { [clock] in try await clock.sleep(for: duration) }
    }
    #expect(clock.sleeperCount == 0)
    let sleeper = try await sleeper(for: .seconds(2))
    clock.advance(by: .seconds(2))
    try await sleeper.value
  }

  @Test("Each sleep is reported once and in order, whether the question came before or after, or after its end")
  func reportsEachSleepOnce() {
    let (executor, reported) = (StepExecutor(), Journal<Duration>())
    let ask = { @Sendable [clock] in _ = reported.append(try await clock.nextSleep()) }
    let sleep = { @Sendable [clock] (seconds: Int) in try await clock.sleep(for: .seconds(seconds)) }
    executor.start(ask)
    executor.start { try await sleep(1) }
    executor.start { try await sleep(2) }
    clock.advance(by: .seconds(2))
    executor.start { try await sleep(3) }
    #expect(reported.entries == [.seconds(1)])
    executor.start(ask)
    executor.start(ask)
    #expect(reported.entries == [.seconds(1), .seconds(2), .seconds(3)])
    executor.start(ask)
    executor.start(ask)
    executor.start { try await sleep(4) }
    executor.start { try await sleep(5) }
    #expect(reported.entries.dropFirst(3) == [.seconds(4), .seconds(5)])
    clock.advance(by: .seconds(5))
    executor.run()
  }

  @Test("Who stops asking for a sleep gets the cancellation and takes no sleep along")
  func cancelsTheQuestion() async throws {
    let asked = Task { [clock] in try await clock.nextSleep() }
    asked.cancel()
    await #expect(throws: CancellationError.self) { try await asked.value }
    let sleeper = try await sleeper(for: .seconds(1))
    clock.advance(by: .seconds(1))
    try await sleeper.value
  }

  @Test("A deadline beyond the range of the clock is never reached, and does not trap")
  func saturates() async throws {
    let sleeper = try await sleeper(for: .seconds(Int64.max))
    clock.advance(by: .seconds(3600))
    #expect(clock.sleeperCount == 1)
    sleeper.cancel()
  }

  @Test("Many sleepers on many threads all wake")
  func servesManyThreads() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 1...200 { group.addTask { [clock] in try await clock.sleep(for: .milliseconds(number)) } }
      for _ in 1...200 { _ = try await clock.nextSleep() }
      #expect(clock.sleeperCount == 200)
      clock.advance(by: .milliseconds(200))
      try await group.waitForAll()
    }
    #expect(clock.sleeperCount == 0)
  }

  @Test("It keeps the promises of its port")
  func conforms() async {
    let findings = await Conformance.check(clock: clock) { [clock] duration in
      _ = try? await clock.nextSleep()
      clock.advance(by: duration)
    }
    #expect(findings == [])
  }
}
