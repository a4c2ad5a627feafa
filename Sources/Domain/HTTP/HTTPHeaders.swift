/// Header fields in order, names compared without regard to case (RFC 9110 §5.1).
///
/// Values may be credentials, so no description shows them.
public struct HTTPHeaders: Sendable, Equatable {
  /// One field line.
  public struct Field: Sendable, Equatable {
    /// The name as it was given.
    public let name: String
    /// The value, which may be a credential.
    public let value: String

    /// Makes a field.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  private var fields: [Field]

  /// Makes headers of fields that may repeat.
  public init(_ fields: [Field] = []) { self.fields = fields }

  /// The first value of the field `name`. Setting replaces all of them; setting nil removes them.
  public subscript(_ name: String) -> String? {
    get { fields.first { $0.isNamed(name) }?.value }
    set {
      fields.removeAll { $0.isNamed(name) }
      if let newValue { fields.append(Field(name: name, value: newValue)) }
    }
  }

  /// Every value of the field `name`, in order.
  public func values(of name: String) -> [String] {
    fields.filter { $0.isNamed(name) }.map(\.value)
  }

  /// Makes room for `count` fields at once.
  mutating func reserveCapacity(_ count: Int) { fields.reserveCapacity(count) }

  /// Adds a field line after those that are there.
  public mutating func append(name: String, value: String) {
    fields.append(Field(name: name, value: value))
  }
}

extension UInt8 {
  /// A letter of ASCII in lower case; any other byte as it is.
  fileprivate var lowercased: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}

extension HTTPHeaders.Field {
  /// Whether `other` names it, letters of either case being the same (RFC 9110 §5.1).
  package func isNamed(_ other: String) -> Bool {
    name.utf8.areAll(like: other.utf8) { $0.lowercased == $1.lowercased }
  }
}

extension HTTPHeaders: RandomAccessCollection {
  /// The first position.
  public var startIndex: Int { fields.startIndex }
  /// The position after the last.
  public var endIndex: Int { fields.endIndex }
  /// The field at `position`.
  public subscript(position: Int) -> Field { fields[position] }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
  /// Makes headers of names and values.
  public init(dictionaryLiteral elements: (String, String)...) {
    self.init(elements.map { Field(name: $0.0, value: $0.1) })
  }
}

extension HTTPHeaders: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The names alone.
  public var description: String { "[\(fields.map(\.name).joined(separator: ", "))]" }
  /// The names alone.
  public var debugDescription: String { description }
  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .collection) }
}

extension HTTPHeaders.Field: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The name alone.
  public var description: String { "\(name): <redacted>" }
  /// The name alone.
  public var debugDescription: String { description }
  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
