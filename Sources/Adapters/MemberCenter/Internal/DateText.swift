/// Dates of RFC 3339, written without the client's code.
enum DateText {
  /// The moment `seconds` after 1970-01-01T00:00:00Z, in UTC. The years 0000 to 9999.
  static func utc(_ seconds: Int64) -> String {
    let day = seconds.dividedRoundingDown(by: 86_400)
    let second = seconds - day * 86_400
    let clock = [second / 3600, second / 60 % 60, second % 60].map { padded($0, 2) }.joined(separator: ":")
    return "\(date(ofDay: day))T\(clock)Z"
  }

  /// Years are counted from March, so that a leap day is the last of its year, and in eras of 400, which all have the
  /// same 146,097 days.
  private static func date(ofDay day: Int64) -> String {
    let sinceMarchOfZero = day + 719_468
    let era = sinceMarchOfZero.dividedRoundingDown(by: 146_097)
    let dayOfEra = sinceMarchOfZero - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    return [padded(year, 4), padded(month, 2), padded(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1, 2)]
      .joined(separator: "-")
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

extension Int64 {
  fileprivate func dividedRoundingDown(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
