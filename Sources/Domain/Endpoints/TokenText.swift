/// Reads the fields that token answers of all kinds share, for kinds of your own as well.
public enum TokenText {
  /// The token in `field`: a string of one or more VSCHAR, `%x20-7E` (RFC 6749 appendix A.12). Anything else would forge
  /// a header or is no token (SPEC S4).
  ///
  /// - Throws: `unparsable` for a value of a wrong type; returns nil where it is missing, null, empty or holds another
  ///   character.
  public static func token(_ field: Wire.JSON?, named name: String) throws -> (value: String?, length: Int) {
    switch field {
    case nil, .null: return (nil, 0)
    case .string(let text):
      return (!text.isEmpty && text.utf8.areAll { $0 >= 0x20 && $0 <= 0x7E } ? text : nil, text.utf8.count)
    default: throw AnswerRejection.unparsable("\(name) is no string")
    }
  }

  /// The whole seconds in `field`: a JSON number, or a string of JSON's number grammar; rounded down, at most 365 days
  /// (SPEC S4). Nil where it is missing, null or not finite.
  ///
  /// - Throws: `unparsable` for a value of a wrong type.
  public static func seconds(_ field: Wire.JSON?, named name: String) throws -> Int64? {
    if field == nil || field?.isNull == true { return nil }
    guard let text = field?.numberText ?? field?.stringValue, let number = Wire.Number(text) else {
      throw AnswerRejection.unparsable("\(name) is no number")
    }
    return number.floor.map { min($0, 31_536_000) }
  }
}
