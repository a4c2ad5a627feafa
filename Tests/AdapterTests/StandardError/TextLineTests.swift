import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenStandardError
import Testing

@Suite("Log lines as text")
struct TextLineTests {
  @Test("Log: an event is a time, a level, a name and its fields in order")
  func looksAsDocumented() {
    let line = LoggedLines.line(
      .text, clock: ManualClock(), .init("endpoint", .string("service_token")), .init("label", .string("a b")),
      .init("status", .int(503)), .init("duration", .duration(.microseconds(12_300))))
    #expect(
      line == """
        2026-11-24T00:00:00Z warning conversion.mc_token.x endpoint=service_token label="a b" status=503 duration=12.3ms

        """)
  }

  @Test("Log: without a clock there is no time")
  func hasNoTimeWithoutAClock() {
    #expect(LoggedLines.line(.text, level: .debug) == "debug conversion.mc_token.x\n")
  }

  @Test(
    "Log: a value that needs no quotes has none",
    arguments: ["a", "files:download.delegate", "…", "日本", "{}", "a\\b", "\u{1F680}", "0"])
  func leavesPlainValuesBare(value: String) {
    #expect(LoggedLines.line(.text, .init("label", .string(value))).hasSuffix(" label=\(value)\n"))
  }

  @Test(
    "Log: a value that would be ambiguous is quoted",
    arguments: [
      ("", "\"\""), (" ", "\" \""), ("a=b", "\"a=b\""), ("\"", "\"\\\"\""), ("'", "\"'\""), ("a \\", "\"a \\\\\""),
      ("a\u{A0}b", "\"a\u{A0}b\""), ("a\u{3000}b", "\"a\u{3000}b\""),
    ])
  func quotesAmbiguousValues(value: String, shown: String) {
    #expect(LoggedLines.line(.text, .init("label", .string(value))).hasSuffix(" label=\(shown)\n"))
  }

  @Test("Log: control, separator and bidi characters never break or reorder a line", arguments: treacherousCharacters)
  func escapesTreacherousCharacters(character: String, escape: String) {
    let line = LoggedLines.line(.text, .init("label", .string("a\(character)b")))
    #expect(line.hasSuffix(" label=\"a\(escape)b\"\n"))
    #expect(!line.dropLast().unicodeScalars.contains { character.unicodeScalars.contains($0) })
  }

  @Test("Log: names of events and fields cannot break a line either")
  func escapesNames() {
    let line = LoggedLines.line(.text, name: "a\nb", .init("c\n=d", .int(1)))
    #expect(line == "warning \"a\\nb\" \"c\\n=d\"=1\n")
  }

  @Test(
    "Log: a duration is shown in its largest unit, three decimals at most",
    arguments: [
      (Duration.zero, "0ns"), (.nanoseconds(999), "999ns"), (.nanoseconds(1_000), "1µs"),
      (.nanoseconds(1_050), "1.05µs"), (.nanoseconds(999_999), "999.999µs"), (.milliseconds(12), "12ms"),
      (.nanoseconds(12_345_678), "12.345ms"), (.seconds(35), "35s"), (.milliseconds(1_500), "1.5s"),
      (.nanoseconds(1_000_900), "1ms"), (.milliseconds(-1_500), "-1.5s"), (.seconds(Int64.max), "9223372036.854s"),
      (.seconds(Int64.min), "-9223372036.854s"),
    ])
  func showsDurations(duration: Duration, shown: String) {
    #expect(LoggedLines.line(.text, .init("duration", .duration(duration))).hasSuffix(" duration=\(shown)\n"))
  }
}
