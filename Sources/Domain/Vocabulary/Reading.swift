/// One look at both clocks of a machine: what the monotonic clock and the wall clock said at the same moment.
///
/// A single clock is not enough to say whether a token still holds: suspend stops the monotonic clock, and somebody may
/// set the wall clock (SPEC S6). A moment is therefore ahead only while *both* clocks say so, see ``isBefore(_:)``.
///
/// Both values are whole nanoseconds. They are integers because a reading is taken on every hit of the cache.
public struct Reading: Sendable, Hashable {
  /// Nanoseconds since an origin of the clock's choice; never goes back within a process.
  public var monotonic: Int64
  /// Nanoseconds since 1970-01-01T00:00:00Z; may jump either way.
  public var wall: Int64

  /// Makes a reading.
  ///
  /// - Parameters:
  ///   - monotonic: nanoseconds since an origin of the clock's choice.
  ///   - wall: nanoseconds since 1970-01-01T00:00:00Z.
  @inlinable
  public init(monotonic: Int64, wall: Int64) {
    self.monotonic = monotonic
    self.wall = wall
  }

  /// The reading that both clocks will show after `duration`, saturating at the ends of the range.
  public func advanced(by duration: Duration) -> Reading {
    let step = duration.wholeNanoseconds
    return Reading(monotonic: monotonic.addingSaturated(step), wall: wall.addingSaturated(step))
  }

  /// Whether `moment` is ahead by both clocks. At exactly `moment` it is not.
  @inlinable
  public func isBefore(_ moment: Reading) -> Bool {
    monotonic < moment.monotonic && wall < moment.wall
  }

  /// The later of two moments, clock by clock.
  func later(_ other: Reading) -> Reading {
    Reading(monotonic: max(monotonic, other.monotonic), wall: max(wall, other.wall))
  }

  /// The time until `moment` by the clock that reaches it first; zero when either clock has reached it.
  public func time(until moment: Reading) -> Duration {
    let left = min(
      moment.monotonic.subtractingSaturated(monotonic), moment.wall.subtractingSaturated(wall))
    return .nanoseconds(max(0, left))
  }

  /// The monotonic time that has passed since `earlier`; never negative.
  public func elapsed(since earlier: Reading) -> Duration {
    .nanoseconds(max(0, monotonic.subtractingSaturated(earlier.monotonic)))
  }

  /// The wall clock's value as a date.
  public var date: Timestamp {
    let (seconds, rest) = wall.quotientAndRemainder(dividingBy: 1_000_000_000)
    return rest < 0
      ? Timestamp(seconds: seconds - 1, nanoseconds: Int32(rest + 1_000_000_000))
      : Timestamp(seconds: seconds, nanoseconds: Int32(rest))
  }
}

/// A date: seconds and nanoseconds since 1970-01-01T00:00:00Z, without a calendar and without Foundation.
///
/// It reaches further than nanoseconds in 64 bits would, because a server may say the year 1 or 9999.
public struct Timestamp: Sendable, Hashable, Comparable {
  /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
  public var seconds: Int64
  /// Nanoseconds after ``seconds``, 0 to 999,999,999.
  public var nanoseconds: Int32

  /// Makes a date.
  ///
  /// - Parameters:
  ///   - seconds: whole seconds since 1970-01-01T00:00:00Z.
  ///   - nanoseconds: nanoseconds after that, 0 to 999,999,999.
  public init(seconds: Int64, nanoseconds: Int32 = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// The date `duration` later, saturating at the ends of the range.
  public func advanced(by duration: Duration) -> Timestamp {
    let step = duration.components
    var rest = Int64(nanoseconds) + step.attoseconds / 1_000_000_000
    var whole = seconds.addingSaturated(step.seconds)
    if rest >= 1_000_000_000 {
      rest -= 1_000_000_000
      whole = whole.addingSaturated(1)
    } else if rest < 0 {
      rest += 1_000_000_000
      whole = whole.subtractingSaturated(1)
    }
    return Timestamp(seconds: whole, nanoseconds: Int32(rest))
  }

  /// Whether `lhs` is the earlier one.
  public static func < (lhs: Timestamp, rhs: Timestamp) -> Bool {
    (lhs.seconds, lhs.nanoseconds) < (rhs.seconds, rhs.nanoseconds)
  }
}

extension Duration {
  /// The duration in whole nanoseconds, rounded toward zero and saturating at the ends of `Int64` (292 years).
  public var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflow else { return seconds < 0 ? .min : .max }
    return product.addingSaturated(attoseconds / 1_000_000_000)
  }

  /// A part of the duration, which is not negative, that 64 random bits choose evenly: from zero up to, and without,
  /// the whole.
  func scaled(by random: UInt64) -> Duration {
    .nanoseconds(Int64(UInt64(max(0, wholeNanoseconds)).multipliedFullWidth(by: random).high))
  }
}

extension Int64 {
  func addingSaturated(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }

  func subtractingSaturated(_ other: Int64) -> Int64 {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? (other < 0 ? .max : .min) : difference
  }
}
