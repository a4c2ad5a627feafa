extension Wire {
  /// Base64 (RFC 4648 §4): the standard alphabet, with padding.
  public enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// `bytes` as Base64, without line breaks.
    public static func encode(_ bytes: [UInt8]) -> String {
      var text: [UInt8] = []
      text.reserveCapacity((bytes.count + 2) / 3 * 4)
      for start in stride(from: 0, to: bytes.count, by: 3) {
        let (hasSecond, hasThird) = (start + 1 < bytes.count, start + 2 < bytes.count)
        let bits =
          Int(bytes[start]) << 16 | (hasSecond ? Int(bytes[start + 1]) << 8 : 0)
          | (hasThird ? Int(bytes[start + 2]) : 0)
        text.append(alphabet[bits >> 18])
        text.append(alphabet[bits >> 12 & 0x3F])
        text.append(hasSecond ? alphabet[bits >> 6 & 0x3F] : UInt8(ascii: "="))
        text.append(hasThird ? alphabet[bits & 0x3F] : UInt8(ascii: "="))
      }
      return String(decoding: text, as: UTF8.self)
    }
  }
}
