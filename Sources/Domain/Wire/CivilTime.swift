extension Wire {
  /// A date and time of day of the proleptic Gregorian calendar in UTC: what RFC 3339 and HTTP dates are made of.
  struct CivilTime {
    let year: Int64
    let month: Int64
    let day: Int64
    let hour: Int64
    let minute: Int64
    let second: Int64

    /// Takes a date that exists, in the years 0 to 9999. The second may be 60, for a leap second.
    init?(
      year: Int64, month: Int64, day: Int64, clock: (hour: Int64, minute: Int64, second: Int64)
    ) {
      guard 0...9999 ~= year, 1...12 ~= month, 1...Self.days(inMonth: month, of: year) ~= day,
        0...23 ~= clock.hour, 0...59 ~= clock.minute, 0...60 ~= clock.second
      else { return nil }
      (self.year, self.month, self.day) = (year, month, day)
      (hour, minute, second) = clock
    }

    /// Takes any moment, cut to the years 0 to 9999, which are all that four digits can write.
    init(_ moment: Timestamp) {
      let seconds = min(max(moment.seconds, Self.range.lowerBound), Self.range.upperBound)
      let days = seconds.flooredQuotient(by: 86_400)
      let rest = seconds - days * 86_400
      (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)

      let dayOfEra = days + Self.daysToEpoch
      let era = dayOfEra.flooredQuotient(by: Self.daysOfEra)
      let inEra = dayOfEra - era * Self.daysOfEra
      let yearOfEra = (inEra - inEra / 1460 + inEra / 36_524 - inEra / 146_096) / 365
      let inYear = inEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
      let monthFromMarch = (5 * inYear + 2) / 153
      day = inYear - (153 * monthFromMarch + 2) / 5 + 1
      month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
      year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    }

    /// Seconds since 1970-01-01T00:00:00Z; second 60 is the first of the next minute.
    var secondsSinceEpoch: Int64 { daysSinceEpoch * 86_400 + hour * 3600 + minute * 60 + second }

    /// The time of day, `hh:mm:ss`.
    var clock: String { "\(hour.padded(to: 2)):\(minute.padded(to: 2)):\(second.padded(to: 2))" }

    /// 0 for Sunday to 6 for Saturday.
    var weekday: Int { Int((daysSinceEpoch + 4) - (daysSinceEpoch + 4).flooredQuotient(by: 7) * 7) }

    // Howard Hinnant's days_from_civil: years start in March, so that the leap day ends one, and eras of 400 years repeat.
    private var daysSinceEpoch: Int64 {
      let marchYear = month <= 2 ? year - 1 : year
      let era = marchYear.flooredQuotient(by: 400)
      let yearOfEra = marchYear - era * 400
      let monthFromMarch = month > 2 ? month - 3 : month + 9
      let inYear = (153 * monthFromMarch + 2) / 5 + day - 1
      let inEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + inYear
      return era * Self.daysOfEra + inEra - Self.daysToEpoch
    }

    private static let daysOfEra: Int64 = 146_097
    private static let daysToEpoch: Int64 = 719_468
    /// 0000-01-01T00:00:00Z to 9999-12-31T23:59:59Z.
    private static let range: ClosedRange<Int64> = -62_167_219_200...253_402_300_799

    private static func days(inMonth month: Int64, of year: Int64) -> Int64 {
      switch month {
      case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
      case 4, 6, 9, 11: 30
      default: 31
      }
    }
  }
}

extension Int64 {
  fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
    (self >= 0 ? self : self - (divisor - 1)) / divisor
  }

  /// The digits of a number that is not negative, with zeros in front up to `width`.
  func padded(to width: Int) -> String {
    let digits = String(self)
    return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
  }
}
