/// The `Retry-After` header (RFC 9110 §10.2.3): seconds, or one of three forms of date.
public enum RetryAfter {
  /// No server's word is taken beyond this: 365 days.
  private static let longest: Int64 = 31_536_000

  /// How long the server asks to wait, counted from `now`; nil for a value that is neither.
  ///
  /// A date counts from the answer's own `Date` where it has one, so that a clock that differs from the server's does
  /// not matter. A date in the past is zero; whatever is longer than 365 days is cut to 365 days.
  public static func delay(in headers: HTTPHeaders, now: Timestamp) -> Duration? {
    guard let text = headers["Retry-After"].map(trimmed) else { return nil }
    if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      return .seconds(min(Int64(text) ?? longest, longest))
    }
    let origin = headers["Date"].flatMap { Wire.HTTPDate.parse(trimmed($0), now: now) } ?? now
    guard let date = Wire.HTTPDate.parse(text, now: now) else { return nil }
    return .seconds(min(max(date.seconds.subtractingSaturated(origin.seconds), 0), longest))
  }

  private static func trimmed(_ text: String) -> String {
    let bytes = text.utf8.drop { $0 == 0x20 || $0 == 0x09 }
    let end = bytes.lastIndex { $0 != 0x20 && $0 != 0x09 }.map { bytes.index(after: $0) } ?? bytes.startIndex
    return String(decoding: bytes[..<end], as: UTF8.self)
  }
}
