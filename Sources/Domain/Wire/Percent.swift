extension Wire {
  /// Percent-encoding (RFC 3986 §2.1).
  public enum Percent {
    /// `text` with everything but RFC 3986's unreserved characters (§2.3: letters, digits, `-._~`) as upper-case percent
    /// of its UTF-8, so that it may stand in any part of a URL (SPEC §8).
    public static func encode(_ text: String) -> String { encode(text, blank: "%20") }

    static func encode(_ text: String, blank: String) -> String {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(text.utf8.count)
      for byte in text.utf8 {
        if byte == UInt8(ascii: " ") {
          bytes += blank.utf8
        } else if isUnreserved(byte) {
          bytes.append(byte)
        } else {
          bytes.append(UInt8(ascii: "%"))
          bytes += hexadecimal(byte)
        }
      }
      return String(decoding: bytes, as: UTF8.self)
    }

    /// The two upper-case digits of `byte`.
    static func hexadecimal(_ byte: UInt8) -> [UInt8] {
      [digits[Int(byte >> 4)], digits[Int(byte & 0x0F)]]
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func isUnreserved(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
        true
      default: false
      }
    }
  }
}
