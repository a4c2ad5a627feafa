/// An `application/x-www-form-urlencoded` body as the server reads it: strictly, so that what a client forgot to encode
/// does not slip through.
struct ReceivedForm {
  private var fields: [String: String] = [:]

  /// Reads a body; nil where it is malformed or has a parameter twice (RFC 6749 §3.2).
  init?(_ body: [UInt8]) {
    for pair in body.split(separator: UInt8(ascii: "&")) {
      let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let name = Self.decode(parts[0]), let value = Self.decode(parts[1]),
        fields.updateValue(value, forKey: name) == nil
      else { return nil }
    }
  }

  /// The value of a parameter; one without a value counts as left out (RFC 6749 §3.2).
  subscript(name: String) -> String? {
    guard let value = fields[name], !value.isEmpty else { return nil }
    return value
  }

  /// Decodes one name or value; nil where a character stands raw that must not, a `%` is not followed by two
  /// hexadecimal digits, or the result is not UTF-8.
  static func decode(_ bytes: ArraySlice<UInt8>) -> String? {
    var decoded: [UInt8] = []
    var rest = bytes
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): decoded.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst().flatMap(hexadecimal), let low = rest.popFirst().flatMap(hexadecimal) else {
          return nil
        }
        decoded.append(high << 4 | low)
      case _ where mayStandRaw(byte): decoded.append(byte)
      default: return nil
      }
    }
    return String(validating: decoded, as: UTF8.self)
  }

  private static func hexadecimal(_ digit: UInt8) -> UInt8? {
    Character(UnicodeScalar(digit)).hexDigitValue.map(UInt8.init)
  }

  /// Letters, digits and what the writers of forms leave alone (WHATWG URL §1.3, RFC 3986 §2.3).
  private static func mayStandRaw(_ byte: UInt8) -> Bool {
    let character = Character(UnicodeScalar(byte))
    return byte < 0x80 && (character.isLetter || character.isNumber || "-._~*".contains(character))
  }
}
