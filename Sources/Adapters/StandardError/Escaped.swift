/// Text that cannot break, forge or disguise a line, quoted as JSON quotes it (RFC 8259 §7) in both formats.
enum Escaped {
  /// `text` in double quotes.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.isTreacherous: result += scalar.utf16.map(escape).joined()
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// `text` as it is where a reader cannot mistake its end or its meaning, else in double quotes.
  static func bareOrQuoted(_ text: String) -> String {
    let isPlain = text.unicodeScalars.allSatisfy {
      !$0.isTreacherous && !$0.properties.isWhitespace && $0 != "=" && $0 != "\"" && $0 != "'"
    }
    return isPlain && !text.isEmpty ? text : quoted(text)
  }

  /// A character beyond U+FFFF takes two of these (RFC 8259 §7).
  private static func escape(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }
}

extension Unicode.Scalar {
  /// Whether showing the character could end a line, move the cursor, or reorder what stands around it.
  fileprivate var isTreacherous: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
