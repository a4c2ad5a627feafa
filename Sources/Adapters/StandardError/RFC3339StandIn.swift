import ServiceTokenDomain

/// STAND-IN until the Domain has `Wire.RFC3339`: then this file goes and `Line` says `Wire.RFC3339`.
enum RFC3339 {
  static func format(_ date: Timestamp) -> String {
    let days = date.seconds >= 0 ? date.seconds / 86_400 : (date.seconds - 86_399) / 86_400
    let second = Int(date.seconds - days * 86_400)
    // Days since 0000-03-01: a year that starts in March has its leap day last.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let march = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * march + 2) / 5 + 1
    let month = march < 10 ? march + 3 : march - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    func padded(_ number: some BinaryInteger, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let fraction = date.nanoseconds == 0 ? "" : "." + padded(date.nanoseconds, 9)
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
      + "T\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))\(fraction)Z"
  }
}
