/// What the path of a URL may hold (RFC 3986 §3.3), for settings that are one or end in one.
package enum URLPath {
  /// Whether `text` holds nothing but path characters, slashes and whole percent-encodings.
  package static func isWellFormed(_ text: some StringProtocol) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.indices.allSatisfy { index in
      guard bytes[index] == UInt8(ascii: "%") else { return isPathCharacter(bytes[index]) }
      let digits = bytes[(index + 1)...].prefix(2)
      return digits.count == 2 && digits.allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
    }
  }

  /// Whether a segment of `text` is `.` or `..`, percent-encoded ones too: who resolves those ends up elsewhere.
  package static func hasDotSegment(_ text: String) -> Bool {
    text.lowercased().split(separator: "/").contains { [".", "..", "%2e", "%2e.", ".%2e", "%2e%2e"].contains($0) }
  }

  /// `pchar` and the slash.
  private static func isPathCharacter(_ byte: UInt8) -> Bool {
    byte.isAlphanumeric || "-._~!$&'()*+,;=:@/".utf8.contains(byte)
  }
}

extension UInt8 {
  /// A letter or a digit of ASCII.
  var isAlphanumeric: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: false
    }
  }
}
