extension Wire {
  /// `application/x-www-form-urlencoded` (RFC 6749 Appendix B), with the set of characters that Go leaves alone: letters,
  /// digits and `-._~` (SPEC S2).
  public enum Form {
    /// How U+0020 is written.
    public enum Blank: Sendable, Hashable {
      /// `+`, as a form has it.
      case plus
      /// `%20`, which every decoder reads: for credentials in HTTP Basic (SPEC S3).
      case percent20
    }

    /// `name=value&…` in the order given.
    public static func encode(_ fields: [(name: String, value: String)]) -> String {
      String(decoding: serialized(fields), as: UTF8.self)
    }

    /// The same as bytes.
    static func serialized(_ fields: [(name: String, value: String)]) -> [UInt8] {
      let room = fields.reduce(0) { $0 + Percent.room(for: $1.name) + Percent.room(for: $1.value) + 2 }
      return unsafe [UInt8](unsafeUninitializedCapacity: room) { bytes, count in
        var writer = unsafe Writer(bytes)
        for (index, field) in fields.enumerated() {
          if index > 0 { unsafe writer.write(UInt8(ascii: "&")) }
          unsafe Percent.write(field.name, to: &writer, blankAsPlus: true)
          unsafe writer.write(UInt8(ascii: "="))
          unsafe Percent.write(field.value, to: &writer, blankAsPlus: true)
        }
        count = unsafe writer.count
      }
    }

    /// One name or value: everything outside the set above as upper-case percent of its UTF-8, a blank as `blank` says.
    public static func encode(_ text: String, blank: Blank = .plus) -> String {
      Percent.encode(text, blankAsPlus: blank == .plus)
    }
  }
}
