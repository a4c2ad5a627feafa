extension Wire {
  /// Percent-encoding (RFC 3986 §2.1).
  public enum Percent {
    /// `text` with everything but RFC 3986's unreserved characters (§2.3: letters, digits, `-._~`) as upper-case percent
    /// of its UTF-8, so that it may stand in any part of a URL (SPEC §8).
    public static func encode(_ text: String) -> String { encode(text, blankAsPlus: false) }

    static func encode(_ text: String, blankAsPlus: Bool) -> String {
      unsafe String(unsafeUninitializedCapacity: room(for: text)) { bytes in
        var writer = unsafe Writer(bytes)
        unsafe write(text, to: &writer, blankAsPlus: blankAsPlus)
        return unsafe writer.count
      }
    }

    /// What `text` may take at most.
    static func room(for text: String) -> Int { text.utf8.count * 3 }

    /// Writes `text`, for which there must be ``room(for:)``.
    @inline(__always)
    static func write(_ text: String, to writer: inout Writer, blankAsPlus: Bool) {
      var text = text
      text.withUTF8 { plain in
        for index in plain.indices {
          let byte = unsafe plain[index]
          if isUnreserved(byte) {
            unsafe writer.write(byte)
          } else if blankAsPlus && byte == UInt8(ascii: " ") {
            unsafe writer.write(UInt8(ascii: "+"))
          } else {
            unsafe writer.write(UInt8(ascii: "%"))
            unsafe writer.write(digit(byte >> 4))
            unsafe writer.write(digit(byte & 0x0F))
          }
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
