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
      var text = ""
      for field in fields {
        if !text.isEmpty { text += "&" }
        text += encode(field.name)
        text += "="
        text += encode(field.value)
      }
      return text
    }

    /// One name or value: everything outside the set above as upper-case percent of its UTF-8, a blank as `blank` says.
    public static func encode(_ text: String, blank: Blank = .plus) -> String {
      Percent.encode(text, blankAsPlus: blank == .plus)
    }
  }
}
