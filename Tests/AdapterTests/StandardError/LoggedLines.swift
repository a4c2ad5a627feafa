import ServiceTokenDomain

@testable import ServiceTokenInMemory
@testable import ServiceTokenStandardError

/// What a standard error logger writes, kept instead of written.
struct LoggedLines {
  private let pieces = Journal<[UInt8]>()

  /// All of it.
  var text: String { String(decoding: pieces.entries.joined(), as: UTF8.self) }
  /// How many calls of `write(2)` it would have taken.
  var count: Int { pieces.entries.count }

  func logger(
    _ format: StandardErrorLogger.Format, minimumLevel: LogEvent.Level = .info, clock: ManualClock? = nil
  ) -> StandardErrorLogger {
    StandardErrorLogger(format: format, minimumLevel: minimumLevel, clock: clock) { [pieces] in pieces.append($0) }
  }

  /// What the logger writes for one event with these fields.
  static func line(
    _ format: StandardErrorLogger.Format, name: String = "conversion.mc_token.x", level: LogEvent.Level = .warning,
    clock: ManualClock? = nil, _ fields: LogEvent.Field...
  ) -> String {
    let lines = LoggedLines()
    lines.logger(format, minimumLevel: .debug, clock: clock).log(LogEvent(name: name, level: level, fields: fields))
    return lines.text
  }
}

/// Characters that end a line, move a cursor, or reorder what stands around them, and how a line shows them.
let treacherousCharacters: [(character: String, escape: String)] = [
  ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"), ("\0", "\\u0000"), ("\u{8}", "\\u0008"), ("\u{B}", "\\u000b"),
  ("\u{1B}", "\\u001b"), ("\u{7F}", "\\u007f"), ("\u{85}", "\\u0085"), ("\u{9B}", "\\u009b"),
  ("\u{2028}", "\\u2028"), ("\u{2029}", "\\u2029"), ("\u{61C}", "\\u061c"), ("\u{200E}", "\\u200e"),
  ("\u{200F}", "\\u200f"), ("\u{202A}", "\\u202a"), ("\u{202E}", "\\u202e"), ("\u{2066}", "\\u2066"),
  ("\u{2069}", "\\u2069"), ("\u{FEFF}", "\\ufeff"), ("\u{E0041}", "\\udb40\\udc41"),
]
