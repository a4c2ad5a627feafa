extension Wire {
  /// Base64 (RFC 4648 §4): the standard alphabet, with padding.
  public enum Base64 {
    private static let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

    /// `bytes` as Base64, without line breaks.
    public static func encode(_ bytes: [UInt8]) -> String { encode(bytes, after: "") }

    /// The same with `prefix` before it, in the one text that is made.
    static func encode(_ bytes: [UInt8], after prefix: StaticString) -> String {
      let count = prefix.utf8CodeUnitCount + (bytes.count + 2) / 3 * 4
      return unsafe String(unsafeUninitializedCapacity: count) { text in
        var writer = unsafe Writer(text)
        func write(_ digit: Int?) {
          unsafe writer.write(digit.map { unsafe alphabet.utf8Start[$0 & 0x3F] } ?? UInt8(ascii: "="))
        }
        prefix.withUTF8Buffer { bytes in
          for index in bytes.indices { unsafe writer.write(bytes[index]) }
        }
        for start in stride(from: 0, to: bytes.count, by: 3) {
          let (hasSecond, hasThird) = (start + 1 < bytes.count, start + 2 < bytes.count)
          let bits =
            Int(bytes[start]) << 16 | (hasSecond ? Int(bytes[start + 1]) << 8 : 0)
            | (hasThird ? Int(bytes[start + 2]) : 0)
          write(bits >> 18)
          write(bits >> 12)
          write(hasSecond ? bits >> 6 : nil)
          write(hasThird ? bits : nil)
        }
        return unsafe writer.count
      }
    }
  }
}
