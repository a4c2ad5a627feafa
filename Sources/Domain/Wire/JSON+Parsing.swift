extension Wire.JSON {
  /// Why bytes are no JSON. It says what is wrong and where, and never shows what stands there: that may be a token.
  public struct ParseFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, in fixed words.
    public struct Fault: Sendable, Hashable, CustomStringConvertible {
      /// The fault in a few words, as texts show it.
      public let description: String

      /// The input ends inside the value, or before it.
      public static let unexpectedEnd = Fault(description: "unexpected end")
      /// A byte that cannot stand here; a byte order mark too (RFC 8259 §8.1).
      public static let unexpectedByte = Fault(description: "unexpected byte")
      /// Something other than blanks follows the value.
      public static let trailingBytes = Fault(description: "bytes after the value")
      /// More arrays and objects stand in each other than are allowed.
      public static let tooDeep = Fault(description: "nested too deep")
      /// Not of the number grammar (RFC 8259 §6).
      public static let malformedNumber = Fault(description: "malformed number")
      /// A backslash with something after it that is no escape (RFC 8259 §7).
      public static let malformedEscape = Fault(description: "malformed escape")
      /// A character below U+0020 that is not escaped.
      public static let controlCharacter = Fault(description: "control character in a string")
      /// The string that starts here is not UTF-8.
      public static let invalidUTF8 = Fault(description: "invalid UTF-8 in a string")
    }

    /// What is wrong.
    public let fault: Fault
    /// Where, in bytes from the start of the input.
    public let offset: Int

    /// Fault and offset: `unexpected byte at byte 17`.
    public var description: String { "\(fault) at byte \(offset)" }
  }

  /// Reads one JSON text strictly as RFC 8259 has it: the whole of `bytes`, UTF-8, no byte order mark, nothing after the
  /// value but blanks. An escaped surrogate without its other half becomes U+FFFD.
  ///
  /// - Parameters:
  ///   - bytes: the text.
  ///   - maximumDepth: how many arrays and objects may stand in each other, 64 by SPEC S4. Each level costs stack, so
  ///     more than 128 counts as 128.
  /// - Throws: ``ParseFailure`` at the first fault.
  public init(parsing bytes: [UInt8], maximumDepth: Int = 64) throws(ParseFailure) {
    var parser = Parser(bytes: bytes, maximumDepth: min(maximumDepth, 128))
    self = try parser.document()
  }
}

private struct Parser {
  typealias ParseFailure = Wire.JSON.ParseFailure

  let bytes: [UInt8]
  let maximumDepth: Int
  var position = 0

  mutating func document() throws(ParseFailure) -> Wire.JSON {
    let value = try value(depth: 0)
    skipBlanks()
    guard position == bytes.count else { throw failure(.trailingBytes) }
    return value
  }

  private mutating func value(depth: Int) throws(ParseFailure) -> Wire.JSON {
    skipBlanks()
    switch try next() {
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    case UInt8(ascii: "["): return try array(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    default:
      if take("null") { return .null }
      if take("true") { return .bool(true) }
      if take("false") { return .bool(false) }
      throw failure(.unexpectedByte)
    }
  }

  private mutating func array(depth: Int) throws(ParseFailure) -> Wire.JSON {
    try open(depth: depth)
    if take("]") { return .array([]) }
    var elements: [Wire.JSON] = []
    repeat {
      elements.append(try value(depth: depth))
    } while try anotherFollows(before: "]")
    return .array(elements)
  }

  private mutating func object(depth: Int) throws(ParseFailure) -> Wire.JSON {
    try open(depth: depth)
    if take("}") { return .object([]) }
    var members: [Wire.JSON.Member] = []
    members.reserveCapacity(4)
    repeat {
      skipBlanks()
      guard try next() == UInt8(ascii: "\"") else { throw failure(.unexpectedByte) }
      let key = try string()
      skipBlanks()
      guard try next() == UInt8(ascii: ":") else { throw failure(.unexpectedByte) }
      position += 1
      members.append(Wire.JSON.Member(key: key, value: try value(depth: depth)))
    } while try anotherFollows(before: "}")
    return .object(members)
  }

  private mutating func open(depth: Int) throws(ParseFailure) {
    guard depth <= maximumDepth else { throw failure(.tooDeep) }
    position += 1
    skipBlanks()
  }

  private mutating func anotherFollows(before close: Unicode.Scalar) throws(ParseFailure) -> Bool {
    skipBlanks()
    let byte = try next()
    guard byte == UInt8(ascii: ",") || byte == UInt8(ascii: close) else { throw failure(.unexpectedByte) }
    position += 1
    return byte == UInt8(ascii: ",")
  }

  private mutating func number() throws(ParseFailure) -> String {
    guard let layout = Wire.Number.Layout(of: bytes, from: position) else { throw failure(.malformedNumber) }
    defer { position = layout.end }
    return String(decoding: bytes[position..<layout.end], as: UTF8.self)
  }

  private mutating func string() throws(ParseFailure) -> String {
    let start = position
    position += 1
    var unescaped: [UInt8] = []
    var run = position
    while true {
      position = endOfPlainText
      switch try next() {
      case UInt8(ascii: "\""):
        let rest = bytes[run..<position]
        // Mostly there is no escape. Each is whole scalars, so it can neither complete nor hide a broken sequence beside it.
        guard let text = Self.text(unescaped.isEmpty ? rest : unescaped[...] + rest) else {
          throw ParseFailure(fault: .invalidUTF8, offset: start)
        }
        position += 1
        return text
      case UInt8(ascii: "\\"):
        unescaped += bytes[run..<position]
        try unescape(into: &unescaped)
        run = position
      default: throw failure(.controlCharacter)
      }
    }
  }

  /// nil for what is no UTF-8. What is ASCII needs no further look, and nearly all is.
  private static func text(_ bytes: ArraySlice<UInt8>) -> String? {
    let span = bytes.span
    var all: UInt8 = 0
    for index in span.indices { all |= span[index] }
    return all < 0x80 ? String(decoding: bytes, as: UTF8.self) : String(validating: bytes, as: UTF8.self)
  }

  /// Where a string is no longer what it is written as: at its end, an escape, a character that may not stand in it, or
  /// the end of the input.
  private var endOfPlainText: Int {
    let bytes = bytes.span
    var end = position
    // Sixteen at once, without a branch at each: a token is long.
    while end + 16 <= bytes.count {
      let piece = bytes.extracting(end..<end + 16)
      var found: UInt8 = 0
      for index in piece.indices { found |= Self.endsPlainText(piece[index]) }
      guard found == 0 else { break }
      end += 16
    }
    while end < bytes.count, Self.endsPlainText(bytes[end]) == 0 { end += 1 }
    return end
  }

  /// 1 or 0.
  private static func endsPlainText(_ byte: UInt8) -> UInt8 {
    (byte < 0x20 ? 1 : 0) | (byte == UInt8(ascii: "\"") ? 1 : 0) | (byte == UInt8(ascii: "\\") ? 1 : 0)
  }

  private mutating func unescape(into text: inout [UInt8]) throws(ParseFailure) {
    position += 1
    switch try next() {
    case UInt8(ascii: "u"):
      // Neighbours are decoded together: that joins pairs of surrogates and repairs those that stand alone.
      var units: [UInt16] = []
      position -= 1
      while take(#"\u"#) { units.append(try codeUnit()) }
      text += String(decoding: units, as: UTF16.self).utf8
      return
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(bytes[position])
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "r"): text.append(0x0D)
    default: throw failure(.malformedEscape)
    }
    position += 1
  }

  private mutating func codeUnit() throws(ParseFailure) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(try next())).hexDigitValue else { throw failure(.malformedEscape) }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }

  private func next() throws(ParseFailure) -> UInt8 {
    guard position < bytes.count else { throw failure(.unexpectedEnd) }
    return bytes[position]
  }

  private mutating func take(_ word: String) -> Bool {
    guard bytes[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  private mutating func skipBlanks() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  private func failure(_ fault: ParseFailure.Fault) -> ParseFailure {
    ParseFailure(fault: fault, offset: position)
  }
}
