import ServiceTokenDomain
import Testing

@Suite struct ReadingTests {
  @Test(
    "S6: a moment is ahead only while both clocks say so",
    arguments: [
      (-1, -1, true), (0, -1, false), (-1, 0, false), (0, 0, false), (1, -1, false), (-1, 1, false), (1, 1, false),
    ] as [(Int64, Int64, Bool)])
  func bothClocks(monotonic: Int64, wall: Int64, isBefore: Bool) {
    let moment = Reading.start
    let now = Reading(monotonic: moment.monotonic + monotonic, wall: moment.wall + wall)
    #expect(now.isBefore(moment) == isBefore)
  }

  @Test("S11: the time left is that of the clock that gets there first, and never negative")
  func timeLeft() {
    let moment = Reading.start.after(10)
    #expect(Reading.start.time(until: moment) == .seconds(10))
    #expect(Reading(monotonic: Reading.start.monotonic, wall: moment.wall - 1).time(until: moment) == .nanoseconds(1))
    #expect(Reading(monotonic: moment.monotonic - 2, wall: 0).time(until: moment) == .nanoseconds(2))
    #expect(moment.after(1).time(until: moment) == .zero)
    #expect(Reading(monotonic: .min, wall: .min).time(until: .distantFuture) == .nanoseconds(Int64.max))
  }

  @Test("R1: time that passes is the monotonic clock's, never negative, whatever the wall clock does")
  func elapsed() {
    #expect(Reading(monotonic: 5, wall: -100).elapsed(since: Reading(monotonic: 2, wall: 7)) == .nanoseconds(3))
    #expect(Reading(monotonic: 1, wall: 100).elapsed(since: Reading(monotonic: 2, wall: 7)) == .zero)
    let ends = Reading(monotonic: .max, wall: 0).elapsed(since: Reading(monotonic: .min, wall: 0))
    #expect(ends == .nanoseconds(Int64.max))
  }

  @Test("S5: moments saturate at the ends of the range")
  func saturation() {
    #expect(Reading(monotonic: .max - 1, wall: .max).advanced(by: .seconds(1)) == .distantFuture)
    #expect(Reading.start.advanced(by: .seconds(Int64.max)) == .distantFuture)
    #expect(Reading(monotonic: 0, wall: 0).advanced(by: .seconds(Int64.min)) == Reading(monotonic: .min, wall: .min))
    #expect(Duration.seconds(Int64.max).wholeNanoseconds == .max)
    #expect(Duration.seconds(Int64.min).wholeNanoseconds == .min)
    #expect(Duration.milliseconds(-1500).wholeNanoseconds == -1_500_000_000)
    #expect(Timestamp(seconds: .max, nanoseconds: 999_999_999).advanced(by: .seconds(1)).seconds == .max)
    #expect(Timestamp(seconds: .min).advanced(by: .nanoseconds(-1)).seconds == .min)
  }

  @Test(
    "S5: the wall clock is a date, before 1970 too",
    arguments: [
      (0, 0, 0), (1, 0, 1), (-1, -1, 999_999_999), (-1_000_000_000, -1, 0),
      (1_700_000_000_000_000_001, 1_700_000_000, 1),
      (-1_000_000_001, -2, 999_999_999),
    ] as [(Int64, Int64, Int32)])
  func date(wall: Int64, seconds: Int64, nanoseconds: Int32) {
    #expect(Reading(monotonic: 3, wall: wall).date == Timestamp(seconds: seconds, nanoseconds: nanoseconds))
  }

  @Test("S5: dates advance over the second either way, and order by time")
  func timestamps() {
    let date = Timestamp(seconds: 10, nanoseconds: 600_000_000)
    #expect(date.advanced(by: .milliseconds(500)) == Timestamp(seconds: 11, nanoseconds: 100_000_000))
    #expect(date.advanced(by: .milliseconds(-700)) == Timestamp(seconds: 9, nanoseconds: 900_000_000))
    #expect(date.advanced(by: .zero) == date)
    #expect(Timestamp(seconds: 9, nanoseconds: 999_999_999) < Timestamp(seconds: 10))
    #expect(Timestamp(seconds: 10) < date)
    #expect(!(date < date))
  }
}
