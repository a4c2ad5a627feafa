extension Wire {
  /// Dates of RFC 3339, as `expires_at` has them (SPEC D4).
  public enum RFC3339 {
    /// Reads a date such as `2026-02-28T23:59:59.25+08:00`; nil for anything else.
    ///
    /// Taken: the years 0000 to 9999, `T` and `Z` in lower case too, a fraction of any length, cut off after nanoseconds,
    /// second 60, which becomes the next second, and offsets up to ±23:59. Refused: a day that the month does not have,
    /// an hour 24, a blank instead of `T`, and whatever stands before or after the date.
    public static func parse(_ text: String) -> Timestamp? {
      var scanner = Scanner(text)
      guard let year = scanner.number(ofDigits: 4), scanner.take("-"),
        let month = scanner.number(ofDigits: 2), scanner.take("-"),
        let day = scanner.number(ofDigits: 2), scanner.take(oneOf: ["T", "t"]) != nil,
        let clock = scanner.clock(), let nanoseconds = scanner.nanoseconds(), let offset = scanner.offset(),
        scanner.isAtEnd, let time = CivilTime(year: year, month: month, day: day, clock: clock)
      else { return nil }
      return Timestamp(seconds: time.secondsSinceEpoch - offset, nanoseconds: nanoseconds)
    }

    /// Writes a date in UTC with `Z`: whole seconds, and the fraction only where there is one, without zeros at its end.
    /// A date outside of the years 0000 to 9999, which RFC 3339 cannot write, comes out as the nearest second inside.
    public static func format(_ date: Timestamp) -> String {
      let time = CivilTime(date)
      let day = "\(time.year.padded(to: 4))-\(time.month.padded(to: 2))-\(time.day.padded(to: 2))"
      return "\(day)T\(time.clock)\(fraction(date.nanoseconds))Z"
    }

    private static func fraction(_ nanoseconds: Int32) -> String {
      guard nanoseconds != 0 else { return "" }
      var digits = Int64(nanoseconds).padded(to: 9)[...]
      while digits.last == "0" { digits.removeLast() }
      return ".\(digits)"
    }
  }
}

extension Wire.Scanner {
  fileprivate mutating func nanoseconds() -> Int32? {
    guard take(".") else { return 0 }
    var (value, digits): (Int32, Int) = (0, 0)
    while let digit = number(ofDigits: 1) {
      if digits < 9 { value = value * 10 + Int32(digit) }
      digits += 1
    }
    guard digits > 0 else { return nil }
    for _ in min(digits, 9)..<9 { value *= 10 }
    return value
  }

  /// Seconds ahead of UTC.
  fileprivate mutating func offset() -> Int64? {
    if take(oneOf: ["Z", "z"]) != nil { return 0 }
    guard let sign = take(oneOf: ["+", "-"]), let hours = number(ofDigits: 2), hours <= 23, take(":"),
      let minutes = number(ofDigits: 2), minutes <= 59
    else { return nil }
    return (sign == 0 ? 1 : -1) * (hours * 3600 + minutes * 60)
  }
}
