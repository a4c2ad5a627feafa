/// A JSON object as the server reads it (RFC 8259): flat, with nothing but text and whole numbers in it, because no
/// more is ever asked.
enum ReceivedJSON {
  enum Value: Equatable {
    case text(String)
    case integer(Int32)

    var isFilledText: Bool {
      if case .text(let text) = self { !text.isEmpty } else { false }
    }
  }

  /// The members of the object in `body`; nil where there is another value, a name comes twice, or it is no JSON.
  static func object(_ body: [UInt8]) -> [String: Value]? {
    var cursor = Cursor(rest: body[...])
    var members: [String: Value] = [:]
    guard cursor.take("{") else { return nil }
    repeat {
      guard let name = cursor.text(), cursor.take(":"), let value = cursor.value(),
        members.updateValue(value, forKey: name) == nil
      else { return nil }
    } while cursor.take(",")
    guard cursor.take("}"), cursor.isAtEnd else { return nil }
    return members
  }
}

private struct Cursor {
  var rest: ArraySlice<UInt8>

  var isAtEnd: Bool {
    mutating get {
      skipBlanks()
      return rest.isEmpty
    }
  }

  mutating func take(_ character: UnicodeScalar) -> Bool {
    skipBlanks()
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }

  mutating func value() -> ReceivedJSON.Value? {
    skipBlanks()
    return rest.first == UInt8(ascii: "\"") ? text().map { .text($0) } : integer().map { .integer($0) }
  }

  private mutating func integer() -> Int32? {
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-") }
    rest = rest.dropFirst(digits.count)
    let text = String(decoding: digits, as: UTF8.self)
    // What is written back the same had no leading zero.
    return Int32(text).flatMap { "\($0)" == text ? $0 : nil }
  }

  mutating func text() -> String? {
    guard take("\"") else { return nil }
    var decoded: [UInt8] = []
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""): return String(validating: decoded, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let scalar = escaped() else { return nil }
        decoded += Array(String(scalar).utf8)
      case ..<0x20: return nil
      default: decoded.append(byte)
      }
    }
    return nil
  }

  /// The character that the escape after a backslash stands for.
  private mutating func escaped() -> UnicodeScalar? {
    guard let letter = rest.popFirst() else { return nil }
    switch UnicodeScalar(letter) {
    case "\"", "\\", "/": return UnicodeScalar(letter)
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u":
      guard let unit = codeUnit() else { return nil }
      guard UTF16.isLeadSurrogate(unit) else { return UnicodeScalar(unit) }
      guard rest.popFirst() == UInt8(ascii: "\\"), rest.popFirst() == UInt8(ascii: "u"), let second = codeUnit(),
        UTF16.isTrailSurrogate(second)
      else { return nil }
      return UTF16.decode(UTF16.EncodedScalar([unit, second]))
    default: return nil
    }
  }

  private mutating func codeUnit() -> UInt16? {
    let digits = rest.prefix(4)
    rest = rest.dropFirst(4)
    guard digits.count == 4, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) else { return nil }
    return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
  }

  private mutating func skipBlanks() {
    rest = rest.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
  }
}
