import Foundation
import ServiceTokenDomain
import TestSupport
import Testing

@Suite struct RFC3339Tests {
  @Test(
    "D4: expires_at with or without fraction, with Z or an offset, in lower case and with second 60 is taken",
    arguments: [
      ("1970-01-01T00:00:00Z", 0, 0),
      ("1970-01-01t00:00:00z", 0, 0),
      ("2026-02-28T23:59:59Z", 1_772_323_199, 0),
      ("2026-02-28T23:59:59.25Z", 1_772_323_199, 250_000_000),
      ("2026-02-28T23:59:59.000000001Z", 1_772_323_199, 1),
      ("2026-02-28T23:59:59.9999999999999999999999Z", 1_772_323_199, 999_999_999),
      ("2026-03-01T07:59:59+08:00", 1_772_323_199, 0),
      ("2026-02-28T00:00:59-23:59", 1_772_323_199, 0),
      ("2026-02-28T23:59:59-00:00", 1_772_323_199, 0),
      ("2016-12-31T23:59:60Z", 1_483_228_800, 0),
      ("2016-12-31T23:59:60.5Z", 1_483_228_800, 500_000_000),
      ("2017-01-01T00:59:60+01:00", 1_483_228_800, 0),
      ("0001-01-01T00:00:00Z", -62_135_596_800, 0),
      ("0000-02-29T00:00:00Z", -62_162_121_600, 0),
      ("9999-12-31T23:59:59Z", 253_402_300_799, 0),
      ("1969-12-31T23:59:59.75Z", -1, 750_000_000),
    ] as [(String, Int64, Int32)])
  func taken(text: String, seconds: Int64, nanoseconds: Int32) {
    #expect(Wire.RFC3339.parse(text) == Timestamp(seconds: seconds, nanoseconds: nanoseconds))
  }

  @Test(
    "D4, D5: an expires_at that is no date of RFC 3339 is unreadable",
    arguments: [
      "", "2026-02-28", "2026-02-28T23:59:59", "2026-02-28 23:59:59Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
      "2026-04-31T00:00:00Z", "2026-00-01T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-00T00:00:00Z",
      "2026-01-32T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T23:60:00Z", "2026-01-01T23:59:61Z",
      "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00,5Z", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+00:60",
      "2026-01-01T00:00:00+0800", "2026-01-01T00:00:00+08", "2026-01-01T00:00:00−08:00", "2026-01-01T00:00:00UTC",
      "2026-01-01T00:00:00Z ", " 2026-01-01T00:00:00Z", "2026-01-01T00:00:00Zjunk", "26-01-01T00:00:00Z",
      "12026-01-01T00:00:00Z", "-026-01-01T00:00:00Z", "2026-1-01T00:00:00Z", "2026-01-01T0:00:00Z", "20260101T000000Z",
      "２026-01-01T00:00:00Z", "2026-01-01T00:00:00.5", "1767225600",
    ])
  func refused(text: String) {
    #expect(Wire.RFC3339.parse(text) == nil)
  }

  @Test(
    arguments: [
      (Timestamp(seconds: 0), "1970-01-01T00:00:00Z"),
      (Timestamp(seconds: -1, nanoseconds: 750_000_000), "1969-12-31T23:59:59.75Z"),
      (Timestamp(seconds: 1_772_323_199, nanoseconds: 1), "2026-02-28T23:59:59.000000001Z"),
      (Timestamp(seconds: 1_772_323_199, nanoseconds: 100_000_000), "2026-02-28T23:59:59.1Z"),
      (Timestamp(seconds: 951_782_400), "2000-02-29T00:00:00Z"),
      (Timestamp(seconds: -62_135_596_800), "0001-01-01T00:00:00Z"),
      (Timestamp(seconds: -62_167_219_201), "0000-01-01T00:00:00Z"),
      (Timestamp(seconds: 253_402_300_800), "9999-12-31T23:59:59Z"),
      (Timestamp(seconds: .min), "0000-01-01T00:00:00Z"),
      (Timestamp(seconds: .max), "9999-12-31T23:59:59Z"),
    ])
  func written(date: Timestamp, text: String) {
    #expect(Wire.RFC3339.format(date) == text)
  }

  @Test(.apart) func manyDatesAgreeWithFoundation() throws {
    // Foundation's calendar is Julian before October 1582, RFC 3339's is not.
    let formatter = ISO8601DateFormatter()
    var random = WireRandom(seed: 5)
    for _ in 0..<3000 {
      let seconds = Int64.random(in: -12_212_553_600...253_402_300_799, using: &random)
      let text = formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))
      #expect(Wire.RFC3339.format(Timestamp(seconds: seconds)) == text)
      #expect(Wire.RFC3339.parse(text) == Timestamp(seconds: seconds))

      formatter.timeZone = TimeZone(secondsFromGMT: 60 * Int.random(in: -840...840, using: &random))
      let local = formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))
      formatter.timeZone = .gmt
      // An offset can carry the text out of the years that four digits hold.
      guard local.utf8.prefix(while: { $0 != UInt8(ascii: "-") }).count == 4 else { continue }
      #expect(Wire.RFC3339.parse(local) == Timestamp(seconds: seconds), "\(local)")
    }
  }

  @Test("The calendar counts day by day through 400 years and at both ends", .apart, arguments: [0...401, 9599...9999])
  func countedByHand(years: ClosedRange<Int>) throws {
    let start = "\(years.lowerBound)"
    let first = String(repeating: "0", count: 4 - start.count) + start
    var seconds = try #require(Wire.RFC3339.parse("\(first)-01-01T00:00:00Z")).seconds
    for year in years {
      let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
      for (month, days) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
        let text = String(format: "%04d-%02d-", year, month + 1)
        #expect(Wire.RFC3339.format(Timestamp(seconds: seconds)) == "\(text)01T00:00:00Z")
        seconds += Int64(days) * 86_400
        #expect(Wire.RFC3339.parse("\(text)\(days)T23:59:60Z") == Timestamp(seconds: seconds))
        #expect(Wire.RFC3339.format(Timestamp(seconds: seconds - 1)) == "\(text)\(days)T23:59:59Z")
        #expect(Wire.RFC3339.parse("\(text)\(days + 1)T00:00:00Z") == nil)
      }
    }
  }
}
