extension Wire {
  /// Dates of HTTP (RFC 9110 §5.6.7), as `Retry-After` may have them (SPEC R3).
  public enum HTTPDate {
    /// Reads any of the three dates, letter case as RFC 9110 has it; nil for anything else, and for a date that does not
    /// exist. Second 60 becomes the next second. The name of the day must be one, but need not be that of the date.
    ///
    /// - Parameters:
    ///   - text: `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or `Sun Nov  6 08:49:37 1994`.
    ///   - now: what the two digits of the second one's year are read by: the latest such year that is not more than 50
    ///     years ahead.
    public static func parse(_ text: String, now: Timestamp) -> Timestamp? {
      (fixed(text) ?? rfc850(text, now: now) ?? asctime(text)).map { Timestamp(seconds: $0.secondsSinceEpoch) }
    }

    /// Writes a date as RFC 9110 wants it sent, `Sun, 06 Nov 1994 08:49:37 GMT`, the fraction of the second cut off. A
    /// date outside of the years 0000 to 9999 comes out as the nearest second inside.
    public static func format(_ date: Timestamp) -> String {
      let time = CivilTime(date)
      let day = "\(time.day.padded(to: 2)) \(months[Int(time.month) - 1]) \(time.year.padded(to: 4))"
      return "\(weekdays[time.weekday].prefix(3)), \(day) \(time.clock) GMT"
    }

    private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    private static let shortWeekdays = weekdays.map { String($0.prefix(3)) }
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func fixed(_ text: String) -> CivilTime? {
      var scanner = Scanner(text)
      guard scanner.take(oneOf: shortWeekdays) != nil, scanner.take(", "),
        let day = scanner.number(ofDigits: 2), scanner.take(" "),
        let month = scanner.take(oneOf: months), scanner.take(" "),
        let year = scanner.number(ofDigits: 4), scanner.take(" "),
        let clock = scanner.clock(), scanner.take(" GMT"), scanner.isAtEnd
      else { return nil }
      return CivilTime(year: year, month: Int64(month) + 1, day: day, clock: clock)
    }

    private static func rfc850(_ text: String, now: Timestamp) -> CivilTime? {
      var scanner = Scanner(text)
      guard scanner.take(oneOf: weekdays) != nil, scanner.take(", "),
        let day = scanner.number(ofDigits: 2), scanner.take("-"),
        let month = scanner.take(oneOf: months), scanner.take("-"),
        let shortYear = scanner.number(ofDigits: 2), scanner.take(" "),
        let clock = scanner.clock(), scanner.take(" GMT"), scanner.isAtEnd
      else { return nil }

      let present = CivilTime(now)
      let limit = present.year + 50
      var year = limit - (limit + 100 - shortYear) % 100
      // In the year of the limit, what comes later in the year than now is more than 50 years ahead.
      let isBeyond =
        (Int64(month) + 1, day, clock.hour, clock.minute, clock.second)
        > (present.month, present.day, present.hour, present.minute, present.second)
      if year == limit, isBeyond { year -= 100 }
      return CivilTime(year: year, month: Int64(month) + 1, day: day, clock: clock)
    }

    private static func asctime(_ text: String) -> CivilTime? {
      var scanner = Scanner(text)
      guard scanner.take(oneOf: shortWeekdays) != nil, scanner.take(" "),
        let month = scanner.take(oneOf: months), scanner.take(" "),
        let day = scanner.number(ofDigits: scanner.take(" ") ? 1 : 2), scanner.take(" "),
        let clock = scanner.clock(), scanner.take(" "),
        let year = scanner.number(ofDigits: 4), scanner.isAtEnd
      else { return nil }
      return CivilTime(year: year, month: Int64(month) + 1, day: day, clock: clock)
    }
  }
}
