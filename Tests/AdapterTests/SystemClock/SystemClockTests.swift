import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenPorts
import ServiceTokenSystemClock
import Testing

@Suite("The machine's clocks", .timeLimit(.minutes(1)))
struct SystemClockTests {
  @Test("S6: the wall clock is the time of day, and the monotonic clock never goes back")
  func clocks() {
    let clock = SystemClock()
    var last = clock.now()
    #expect(last.date > Timestamp(seconds: 1_700_000_000))
    for _ in 1...1000 {
      let now = clock.now()
      #expect(now.monotonic >= last.monotonic)
      last = now
    }
  }

  @Test("R6: a sleep lasts as long as asked, and none at all for nothing")
  func sleep() async throws {
    let start = ContinuousClock.now
    try await SystemClock().sleep(for: .milliseconds(20))
    #expect(ContinuousClock.now - start >= .milliseconds(20))
    try await SystemClock().sleep(for: .zero)
    try await SystemClock().sleep(for: .seconds(-1))
  }

  @Test("It keeps what its port promises, by its own readings too, which lag by up to a tick")
  func conformance() async {
    #expect(await Conformance.check(clock: SystemClock()) == [])
  }

  @Test("R6: a sleep ends in the cancellation, also when it came before", arguments: [Duration.seconds(3600), .zero])
  func cancelledSleep(duration: Duration) async {
    let task = Task {
      unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
      try await SystemClock().sleep(for: duration)
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
