import Foundation
import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenStandardError
import Testing

@Suite("Log lines as JSON")
struct JSONLineTests {
  private func object(_ line: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }

  @Test("Log: an event is one object of time, level, event and its fields in order")
  func looksAsDocumented() {
    let line = LoggedLines.line(
      .json, clock: ManualClock(), .init("endpoint", .string("service_token")), .init("status", .int(503)),
      .init("duration", .duration(.microseconds(12_300))))
    #expect(
      line == """
        {"time":"2026-11-24T00:00:00Z","level":"warning","event":"conversion.mc_token.x","endpoint":"service_token",\
        "status":503,"duration":12300000}

        """)
  }

  @Test("Log: without a clock there is no time")
  func hasNoTimeWithoutAClock() {
    #expect(LoggedLines.line(.json, level: .info) == "{\"level\":\"info\",\"event\":\"conversion.mc_token.x\"}\n")
  }

  @Test("Log: control, separator and bidi characters are escaped, and come back", arguments: treacherousCharacters)
  func escapesTreacherousCharacters(character: String, escape: String) throws {
    let line = LoggedLines.line(.json, .init("label", .string("a\(character)b")))
    #expect(line.hasSuffix("\"label\":\"a\(escape)b\"}\n"))
    #expect(try object(line)["label"] as? String == "a\(character)b")
  }

  @Test(
    "Log: every text comes back from its line",
    arguments: [
      "", "a b", "\"", "\\", "\\\"", "\\u0041", "{\"level\":\"info\"}\n{", "日本", "e\u{301}", "\u{1F680}",
      "\u{1F9D1}\u{200D}\u{1F680}", "\u{10FFFF}",
    ])
  func keepsTexts(text: String) throws {
    let line = LoggedLines.line(.json, name: text, .init("label", .string(text)))
    let object = try object(line)
    #expect(Array((object["label"] as? String ?? "–").unicodeScalars) == Array(text.unicodeScalars))
    #expect(object["event"] as? String == text)
    #expect(line.unicodeScalars.filter { $0 == "\n" }.count == 1)
  }

  @Test(
    "Log: a duration is whole nanoseconds",
    arguments: [
      (Duration.zero, 0), (.nanoseconds(1), 1), (.seconds(35), 35_000_000_000), (.milliseconds(-1), -1_000_000),
      (Duration(secondsComponent: 0, attosecondsComponent: 1_999_999_999), 1), (.seconds(Int64.max), Int64.max),
    ] as [(Duration, Int64)])
  func writesDurations(duration: Duration, nanoseconds: Int64) {
    #expect(
      LoggedLines.line(.json, .init("duration", .duration(duration))).hasSuffix("\"duration\":\(nanoseconds)}\n"))
  }

  @Test("Log: whole numbers are written whole", arguments: [0, -1, Int.max, Int.min])
  func writesNumbers(number: Int) throws {
    let line = LoggedLines.line(.json, .init("status", .int(number)))
    #expect(line.hasSuffix("\"status\":\(number)}\n"))
    #expect(try object(line)["status"] as? Int == number)
  }
}
