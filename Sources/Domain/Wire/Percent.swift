extension Wire {
  /// Percent-encoding (RFC 3986 §2.1).
  public enum Percent {
    /// `text` with everything but RFC 3986's unreserved characters (§2.3: letters, digits, `-._~`) as upper-case percent
    /// of its UTF-8, so that it may stand in any part of a URL (SPEC §8).
    public static func encode(_ text: String) -> String { encode(text, blankAsPlus: false) }

    static func encode(_ text: String, blankAsPlus: Bool) -> String {
      var bytes: [UInt8] = []
      append(text, to: &bytes, blankAsPlus: blankAsPlus)
      return String(decoding: bytes, as: UTF8.self)
    }

    static func append(_ text: String, to bytes: inout [UInt8], blankAsPlus: Bool) {
      if text.utf8.areAll(isUnreserved) {
        bytes += text.utf8
        return
      }
      // Copied first: going through a text byte by byte takes longer.
      for byte in Array(text.utf8) {
        if isUnreserved(byte) {
          bytes.append(byte)
        } else if blankAsPlus && byte == UInt8(ascii: " ") {
          bytes.append(UInt8(ascii: "+"))
        } else {
          bytes.append(UInt8(ascii: "%"))
          bytes.append(digit(byte >> 4))
          bytes.append(digit(byte & 0x0F))
        }
      }
    }

    /// Whether `bytes` are written as they are.
    static func isPlain(_ bytes: some Sequence<UInt8>) -> Bool { bytes.allSatisfy(isUnreserved) }

    /// The two upper-case digits of `byte`.
    static func hexadecimal(_ byte: UInt8) -> [UInt8] { [digit(byte >> 4), digit(byte & 0x0F)] }

    private static func digit(_ value: UInt8) -> UInt8 {
      value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    @inline(__always)
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
