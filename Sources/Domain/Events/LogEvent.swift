/// One thing worth telling an operator: a name, a level, fields (SPEC §7).
///
/// No event holds a body, a token, a secret or a header. A logger may show every field of every event as it is; it must
/// see to it that control characters in a value do not break its line.
public struct LogEvent: Sendable, Equatable {
  /// How much an event matters.
  public enum Level: Int, Sendable, Hashable, Comparable, CaseIterable {
    /// For whoever looks for a fault.
    case debug
    /// Ordinary operation.
    case info
    /// Something an operator should know.
    case warning

    /// Whether `lhs` matters less.
    public static func < (lhs: Level, rhs: Level) -> Bool { lhs.rawValue < rhs.rawValue }
  }

  /// What a field holds.
  public enum Value: Sendable, Hashable {
    /// Text, which may hold any character.
    case string(String)
    /// A number.
    case int(Int)
    /// A span of time; whole nanoseconds in JSON lines.
    case duration(Duration)
  }

  /// A named value.
  public struct Field: Sendable, Hashable {
    /// The name, as in SPEC §7.
    public let name: String
    /// The value.
    public let value: Value

    /// Makes a field.
    public init(_ name: String, _ value: Value) {
      self.name = name
      self.value = value
    }
  }

  /// The whole name, such as `conversion.mc_token.obtained`. It never holds anything dynamic.
  public let name: String
  /// How much it matters.
  public let level: Level
  /// The fields, in the order in which a logger should show them.
  public let fields: [Field]

  /// Makes an event.
  public init(name: String, level: Level, fields: [Field]) {
    self.name = name
    self.level = level
    self.fields = fields
  }

  /// The value of the field `name`, or nil.
  public subscript(_ name: String) -> Value? { fields.first { $0.name == name }?.value }
}

extension LogEvent.Value: CustomStringConvertible {
  /// The text, the number, or the span with its unit.
  public var description: String {
    switch self {
    case .string(let text): text
    case .int(let number): String(number)
    case .duration(let span): "\(span)"
    }
  }
}
