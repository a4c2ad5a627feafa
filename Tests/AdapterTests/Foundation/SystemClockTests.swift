import Foundation
import ServiceTokenDomain
import ServiceTokenFoundation
import ServiceTokenPorts
import Testing

@Suite("The machine's clocks", .timeLimit(.minutes(1)))
struct SystemClockTests {
  @Test("S6: the wall clock is the time of day, and the monotonic clock never goes back")
  func clocks() {
    let clock = SystemClock()
    var last = clock.now()
    #expect(abs(Date(last.date).timeIntervalSinceNow) < 60)
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

  @Test("R6: a sleep ends in the cancellation, also when it came before", arguments: [Duration.seconds(3600), .zero])
  func cancelledSleep(duration: Duration) async {
    let task = Task {
      unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
      try await SystemClock().sleep(for: duration)
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test(
    "D4: a timestamp survives Foundation's date",
    arguments: [0, 1_795_000_000, -62_135_596_800, 253_402_300_799] as [Int64])
  func dates(seconds: Int64) {
    let timestamp = Timestamp(seconds: seconds, nanoseconds: 500_000_000)
    #expect(Timestamp(Date(timestamp)) == timestamp)
    #expect(Date(timestamp).timeIntervalSince1970 == Double(seconds) + 0.5)
  }

  @Test("D4: a date that is none becomes an end of the range")
  func oddDates() {
    #expect(Timestamp(Date(timeIntervalSince1970: .infinity)).seconds == .max)
    #expect(Timestamp(Date(timeIntervalSince1970: -.infinity)).seconds == .min)
  }
}
