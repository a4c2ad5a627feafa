import Foundation
import ServiceTokenDomain
import TestSupport
import Testing

@Suite struct HTTPDateTests {
  /// 2026-06-15T12:00:00Z.
  private static let now = Timestamp(seconds: 1_781_524_800)

  @Test(
    "R3: Retry-After may be any of RFC 9110's three dates",
    arguments: [
      ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
      ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
      ("Sun Nov  6 08:49:37 1994", 784_111_777),
      ("Sun Nov 16 08:49:37 1994", 784_975_777),
      ("Sun Nov 06 08:49:37 1994", 784_111_777),
      ("Mon, 06 Nov 1994 08:49:37 GMT", 784_111_777),
      ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800),
      ("Tue, 29 Feb 2000 00:00:00 GMT", 951_782_400),
    ] as [(String, Int64)])
  func taken(text: String, seconds: Int64) {
    #expect(Wire.HTTPDate.parse(text, now: Self.now) == Timestamp(seconds: seconds))
  }

  @Test(
    "R3: anything else is no date",
    arguments: [
      "", "120", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37 +0000",
      "sun, 06 nov 1994 08:49:37 gmt", "Sun, 6 Nov 1994 08:49:37 GMT", "Xyz, 06 Nov 1994 08:49:37 GMT",
      "Sun, 06 Abc 1994 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT", "Thu, 29 Feb 1900 08:49:37 GMT",
      "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
      "Sun, 00 Nov 1994 08:49:37 GMT", "Sun,06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT",
      "Sun, 06-Nov-94 08:49:37 GMT", "Sunday, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-1994 08:49:37 GMT",
      "Sun Nov 6 08:49:37 1994", "Sun Nov  6 08:49:37 1994 GMT", "Sun Nov  6 08:49:37 94", "1994-11-06T08:49:37Z",
      " Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT ", "Sun, 06 Nov 1994 08:49:37 GMTx",
    ])
  func refused(text: String) {
    #expect(Wire.HTTPDate.parse(text, now: Self.now) == nil)
  }

  @Test(
    "R3: two digits of a year mean the latest year that is not more than 50 years ahead",
    arguments: [
      ("2026-06-15T12:00:00Z", "15-Jun-76 12:00:00", "2076-06-15T12:00:00Z"),
      ("2026-06-15T12:00:00Z", "15-Jun-76 12:00:01", "1976-06-15T12:00:01Z"),
      ("2026-06-15T12:00:00Z", "14-Jul-76 00:00:00", "1976-07-14T00:00:00Z"),
      ("2026-06-15T12:00:00Z", "31-May-76 23:59:59", "2076-05-31T23:59:59Z"),
      ("2026-06-15T12:00:00Z", "31-Dec-75 23:59:59", "2075-12-31T23:59:59Z"),
      ("2026-06-15T12:00:00Z", "01-Jan-77 00:00:00", "1977-01-01T00:00:00Z"),
      ("2026-06-15T12:00:00Z", "15-Jun-26 12:00:00", "2026-06-15T12:00:00Z"),
      ("2026-06-15T12:00:00Z", "01-Jan-00 00:00:00", "2000-01-01T00:00:00Z"),
      ("1999-12-31T23:59:59Z", "01-Jan-00 00:00:30", "2000-01-01T00:00:30Z"),
      ("2080-01-01T00:00:00Z", "01-Jan-10 00:00:00", "2110-01-01T00:00:00Z"),
      ("2024-02-29T00:00:00Z", "29-Feb-00 00:00:00", "2000-02-29T00:00:00Z"),
      ("0010-01-01T00:00:00Z", "01-Jan-05 00:00:00", "0005-01-01T00:00:00Z"),
      ("9990-01-01T00:00:00Z", "01-Jan-95 00:00:00", "9995-01-01T00:00:00Z"),
    ])
  func twoDigitYears(now: String, text: String, date: String) throws {
    let now = try #require(Wire.RFC3339.parse(now))
    let parsed = try #require(Wire.HTTPDate.parse("Monday, \(text) GMT", now: now))
    #expect(Wire.RFC3339.format(parsed) == date)
  }

  @Test(
    "A clock far outside of the calendar gives no date and does no harm",
    arguments: [(Int64.min, "60"), (.max, "45")])
  func sillyClock(now: Int64, year: String) {
    #expect(Wire.HTTPDate.parse("Monday, 01-Jan-\(year) 00:00:00 GMT", now: Timestamp(seconds: now)) == nil)
  }

  @Test(.apart) func manyDatesAgreeWithFoundation() throws {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = .gmt
    var random = WireRandom(seed: 11)
    for _ in 0..<1000 {
      // Within 49 years of now, where the three dates say the same.
      let seconds = Self.now.seconds + Int64.random(in: -1_546_300_800...1_546_300_800, using: &random)
      let date = Date(timeIntervalSince1970: Double(seconds))

      formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
      let fixed = formatter.string(from: date)
      #expect(Wire.HTTPDate.format(Timestamp(seconds: seconds, nanoseconds: 999_999_999)) == fixed)
      #expect(Wire.HTTPDate.parse(fixed, now: Self.now) == Timestamp(seconds: seconds))

      formatter.dateFormat = "EEEE, dd-MMM-yy HH:mm:ss 'GMT'"
      let rfc850 = formatter.string(from: date)
      #expect(Wire.HTTPDate.parse(rfc850, now: Self.now) == Timestamp(seconds: seconds), "\(rfc850)")

      formatter.dateFormat = "EEE MMM d HH:mm:ss yyyy"
      var asctime = formatter.string(from: date)
      if asctime.utf8.count == 23 { asctime.insert(" ", at: asctime.index(asctime.startIndex, offsetBy: 8)) }
      #expect(Wire.HTTPDate.parse(asctime, now: Self.now) == Timestamp(seconds: seconds), "\(asctime)")
    }
  }

  @Test(
    arguments: [
      (Timestamp(seconds: 784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT"),
      (Timestamp(seconds: -1), "Wed, 31 Dec 1969 23:59:59 GMT"),
      (Timestamp(seconds: .max), "Fri, 31 Dec 9999 23:59:59 GMT"),
      (Timestamp(seconds: .min), "Sat, 01 Jan 0000 00:00:00 GMT"),
    ])
  func written(date: Timestamp, text: String) {
    #expect(Wire.HTTPDate.format(date) == text)
  }
}
