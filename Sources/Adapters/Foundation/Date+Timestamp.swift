public import Foundation
public import ServiceTokenDomain

extension Date {
  /// The same moment in Foundation's terms, to the precision of its `Double`: some 100 ns in this century.
  public init(_ timestamp: Timestamp) {
    self.init(timeIntervalSince1970: Double(timestamp.seconds) + Double(timestamp.nanoseconds) / 1e9)
  }
}

extension Timestamp {
  /// The same moment; a date that is not finite, or beyond what 64 bits of seconds hold, becomes the nearest end.
  public init(_ date: Date) {
    let seconds = date.timeIntervalSince1970.rounded(.down)
    guard let whole = Int64(exactly: seconds) else {
      self = seconds > 0 ? Timestamp(seconds: .max) : Timestamp(seconds: .min)
      return
    }
    let rest = ((date.timeIntervalSince1970 - seconds) * 1e9).rounded(.down)
    self.init(seconds: whole, nanoseconds: Int32(min(999_999_999, max(0, rest))))
  }
}
