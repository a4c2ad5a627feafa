import Foundation
import ServiceTokenDomain
import ServiceTokenFoundation
import Testing

@Suite("Foundation's date and ours")
struct DateTests {
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
