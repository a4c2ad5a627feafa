extension Wire {
  /// A JSON value (RFC 8259), with nothing lost: numbers stay text as written, members keep their order and repeats.
  ///
  /// Tokens pass through it, so no description, dump or mirror shows more than the kind of a value (`object of 3`).
  public enum JSON: Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number's text as it is written; ``Wire/Number`` makes sense of it. It must be of JSON's number grammar, because
    /// ``serialized()`` writes it as it is.
    case number(String)
    /// Text.
    case string(String)
    /// Values in order.
    case array([JSON])
    /// Members in order; a key may repeat.
    case object([Member])

    /// A key with its value.
    public struct Member: Sendable {
      /// The key.
      public let key: String
      /// The value.
      public let value: JSON

      /// Makes a member.
      public init(key: String, value: JSON) {
        self.key = key
        self.value = value
      }
    }
  }
}

extension Wire.JSON {
  /// A number without fraction.
  public static func integer(_ value: Int64) -> Wire.JSON { .number(String(value)) }

  /// The value of the last member called `key` (SPEC S4: the last duplicate wins); nil where there is none, and for
  /// anything that is no object. Keys are compared byte for byte; the time grows with the number of members.
  public subscript(key: String) -> Wire.JSON? {
    guard case .object(let members) = self else { return nil }
    // Not `==`, to which U+212A, the Kelvin sign, is a K.
    return members.last { $0.key.utf8.areAll(like: key.utf8) }?.value
  }

  /// The text of a string; nil for any other kind.
  public var stringValue: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// The text of a number as it is written; nil for any other kind.
  public var numberText: String? {
    guard case .number(let text) = self else { return nil }
    return text
  }

  /// Whether this is `null`.
  public var isNull: Bool {
    guard case .null = self else { return false }
    return true
  }
}

extension Wire.JSON: Equatable {
  /// Whether both are written the same: `1` and `1.0` differ, and so do two objects whose members differ in order, and
  /// two texts that Unicode calls equivalent but whose bytes differ.
  public static func == (lhs: Wire.JSON, rhs: Wire.JSON) -> Bool { lhs.serialized() == rhs.serialized() }
}

extension Wire.JSON: ExpressibleByStringLiteral {
  /// Makes a string.
  public init(stringLiteral text: String) { self = .string(text) }
}

extension Wire.JSON: ExpressibleByArrayLiteral {
  /// Makes an array.
  public init(arrayLiteral elements: Wire.JSON...) { self = .array(elements) }
}

extension Wire.JSON: ExpressibleByDictionaryLiteral {
  /// Makes an object, its members in the order in which they stand.
  public init(dictionaryLiteral elements: (String, Wire.JSON)...) {
    self = .object(elements.map { Member(key: $0.0, value: $0.1) })
  }
}

extension Wire.JSON: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The kind alone, with the count of what an array or object holds.
  public var description: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .number: "number"
    case .string: "string"
    case .array(let elements): "array of \(elements.count)"
    case .object(let members): "object of \(members.count)"
    }
  }
  /// The same as ``description``.
  public var debugDescription: String { description }
  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .enum) }
}

extension Wire.JSON.Member: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The kind of the value alone: a key comes from the server too.
  public var description: String { "member: \(value)" }
  /// The same as ``description``.
  public var debugDescription: String { description }
  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
