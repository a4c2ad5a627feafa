import ServiceTokenDomain
import Testing

@Suite struct RetryAfterTests {
  /// Sun, 06 Nov 1994 08:49:37 GMT
  private static let example: Int64 = 784_111_777

  private func delay(_ value: String?, date: String? = nil, now: Int64 = example) -> Duration? {
    var headers: HTTPHeaders = [:]
    headers["retry-after"] = value
    headers["DATE"] = date
    return RetryAfter.delay(in: headers, now: Timestamp(seconds: now))
  }

  @Test(
    "R3: Retry-After in seconds, however many, is cut to 365 days",
    arguments: [
      ("0", 0), ("1", 1), ("120", 120), ("007", 7), (" 5", 5), ("5 ", 5), ("\t 5 \t", 5), ("31536000", 31_536_000),
      ("31536001", 31_536_000), ("9223372036854775807", 31_536_000), ("9223372036854775808", 31_536_000),
      ("100000000000000000000000000000", 31_536_000), ("0000000000000000000000000000001", 1),
    ] as [(String, Int64)])
  func seconds(text: String, seconds: Int64) {
    #expect(delay(text) == .seconds(seconds))
  }

  @Test(
    "R3: Retry-After that is neither seconds nor a date counts as none",
    arguments: [
      "", " ", "soon", "-1", "+1", "1.5", "1e1", "0x10", "1 2", "1,2", "５", "1s", "1\u{A0}", "\u{B}1",
      "1994-11-06T08:49:37Z",
      "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37", "06 Nov 1994 08:49:37 GMT",
      "Sun, 31 Feb 1994 08:49:37 GMT",
      "1\r\n",
    ])
  func garbage(text: String) {
    #expect(delay(text) == nil)
  }

  @Test("R3: no Retry-After is none")
  func none() {
    #expect(delay(nil) == nil)
    #expect(delay(nil, date: "Sun, 06 Nov 1994 08:49:37 GMT") == nil)
  }

  @Test(
    "R3: Retry-After may be any of RFC 9110's three dates",
    arguments: ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])
  func dates(text: String) {
    #expect(delay(text, now: Self.example - 30) == .seconds(30))
    #expect(delay(" \(text)\t", now: Self.example - 30) == .seconds(30))
    #expect(delay(text, now: Self.example) == .zero)
    #expect(delay(text, now: Self.example + 1) == .zero)
    #expect(delay(text, now: Self.example - 40_000_000) == .seconds(31_536_000))
    // The answer's own date wins, so that a clock that differs from the server's does not matter.
    for date in ["Sun, 06 Nov 1994 08:49:27 GMT", "Sunday, 06-Nov-94 08:49:27 GMT", " Sun Nov  6 08:49:27 1994 "] {
      #expect(delay(text, date: date, now: Self.example - 7200) == .seconds(10))
      #expect(delay(text, date: date, now: Self.example + 7200) == .seconds(10))
    }
    #expect(delay(text, date: "nonsense", now: Self.example - 30) == .seconds(30))
  }

  @Test("R3: seconds count from the answer, whatever its Date says")
  func secondsIgnoreDate() {
    #expect(delay("3", date: "Sun, 06 Nov 2094 08:49:37 GMT") == .seconds(3))
  }

  @Test("R3: of a repeated Retry-After the first counts")
  func repeated() {
    let headers = HTTPHeaders([
      HTTPHeaders.Field(name: "Retry-After", value: "3"), HTTPHeaders.Field(name: "retry-after", value: "9"),
    ])
    #expect(RetryAfter.delay(in: headers, now: Timestamp(seconds: 0)) == .seconds(3))
  }
}
