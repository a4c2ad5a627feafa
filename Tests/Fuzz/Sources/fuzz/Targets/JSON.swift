import Foundation
import ServiceTokenDomain

extension Target {
  /// JSON: what is read is written and read again as the same; Foundation takes and refuses the same, and reads the same.
  static let json = Target("json") { input in
    do throws(Wire.JSON.ParseFailure) {
      let json = try Wire.JSON(parsing: input.bytes)
      let written = json.serialized()
      let again = try? Wire.JSON(parsing: written)
      hold(again?.serialized() == written, "what is written is read as the same")
      hold(json.depth <= 64, "nothing is nested deeper than 64")
      input.expectHidden(in: json)
      guard input.isForOracles else { return }
      let theirs = foundation(input.bytes)
      hold(theirs == nil ? json.isForUsAlone : json.means(theirs as Any), "Foundation reads the same")
      let rewritten = foundation(written)
      hold(rewritten == nil ? json.isForUsAlone : json.means(rewritten as Any), "Foundation reads what we write")
    } catch {
      hold((0...input.bytes.count).contains(error.offset), "a fault is inside of the input or at its end")
      input.expectHidden(in: error)
      guard input.isForOracles else { return }
      hold(
        foundation(input.bytes) == nil || isForFoundationAlone(input.bytes, error),
        "Foundation refuses what we refuse: \(error)")
    }
  }

  /// Numbers of JSON's grammar: Foundation knows the same ones, and `Decimal` rounds them down to the same.
  static let number = Target("number") { input in
    let text = input.text
    let number = Wire.Number(text)
    if let number, let floor = number.floor, floor != .max, floor != .min, let value = Double(text) {
      hold(Double(floor) <= value.nextUp && value <= (Double(floor) + 1).nextUp, "rounded down: \(floor)")
    }
    guard input.isForOracles else { return }
    let bytes = Array(text.utf8)
    // A number has no blanks around it, a document may; and by a zero byte Foundation guesses another encoding.
    if let first = bytes.first, let last = bytes.last, ![first, last].contains(where: " \t\r\n".utf8.contains),
      !bytes.contains(0)
    {
      let json = try? Wire.JSON(parsing: bytes)
      hold((json?.numberText == text) == (number != nil), "a JSON number is a number")
      let theirs = foundation(bytes) as? NSNumber
      let isTheirs = theirs != nil && bytes.contains { (0x30...0x39).contains($0) } && !text.hasPrefix("\"")
      hold(isTheirs == (number != nil) || json?.isForUsAlone == true, "Foundation knows the same numbers")
    }
    // Decimal has 38 digits and an exponent of one byte, and drops what is beyond.
    let digits = bytes.filter { (0x30...0x39).contains($0) }.count
    if let number, digits <= 30, text.utf8.count <= 40, let exponent = exponent(of: text), abs(exponent) < 60,
      var exact = Decimal(string: text)
    {
      var rounded = Decimal()
      unsafe NSDecimalRound(&rounded, &exact, 0, exact.isSignMinus ? .up : .down)
      if exact.isSignMinus { unsafe NSDecimalRound(&rounded, &exact, 0, .down) }
      let limit: Int64 = exact.isSignMinus ? .min : .max
      hold(number.floor == (Int64("\(rounded)") ?? limit), "Decimal rounds down to the same: \(rounded)")
    }
  }

  private static func exponent(of number: String) -> Int? {
    guard let mark = number.utf8.firstIndex(where: { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }) else {
      return 0
    }
    return Int(number[number.utf8.index(after: mark)...])
  }

  static func foundation(_ bytes: [UInt8]) -> Any? {
    try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
  }

  /// What Foundation takes and we refuse, on purpose.
  private static func isForFoundationAlone(_ bytes: [UInt8], _ failure: Wire.JSON.ParseFailure) -> Bool {
    // SPEC S4: no deeper than 64; theirs is 512.
    if failure.fault == .tooDeep { return bytes.count { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "{") } > 64 }
    // RFC 8259 §8.1: UTF-8 without a byte order mark; theirs guesses UTF-16 and UTF-32 by the zeros.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) || bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) {
      return true
    }
    if bytes.prefix(4).contains(0) { return true }
    // RFC 8259 §4, §5: no comma after the last element or member.
    return bytes.dropFirst(failure.offset).first.map("]}".utf8.contains) == true
      && bytes[..<failure.offset].last { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: ",")
  }
}

extension Wire.JSON {
  fileprivate var depth: Int {
    switch self {
    case .array(let elements): 1 + (elements.map(\.depth).max() ?? 0)
    case .object(let members): 1 + (members.map(\.value.depth).max() ?? 0)
    default: 0
    }
  }

  /// Whether it holds what Foundation refuses and we take, on purpose.
  var isForUsAlone: Bool {
    switch self {
    case .null, .bool: false
    // A number that Double cannot hold is text here, and judged by who needs it.
    case .number(let text):
      Double(text).map { !$0.isFinite || $0 == 0 && text.prefix { !"eE".contains($0) }.contains { $0 > "0" } } ?? true
    // A lone surrogate is U+FFFD here (RFC 8259 §8.2 lets it be).
    case .string(let text): text.unicodeScalars.contains("\u{FFFD}")
    case .array(let elements): elements.contains(where: \.isForUsAlone)
    case .object(let members): members.contains { Self.string($0.key).isForUsAlone || $0.value.isForUsAlone }
    }
  }

  /// Whether Foundation's value is the same.
  fileprivate func means(_ theirs: Any) -> Bool {
    switch self {
    case .null: return theirs is NSNull
    case .bool(let value): return (theirs as? NSNumber).map { Self.isBool($0) && $0.boolValue == value } == true
    case .number(let text):
      guard let number = theirs as? NSNumber, !Self.isBool(number), let value = Double(text) else { return false }
      // Where there are many digits Foundation goes over Decimal, which is off in the fifteenth.
      let isClose = text.utf8.count > 17 && abs(number.doubleValue - value) <= abs(value) * 1e-13
      return number.doubleValue == value || isClose
    case .string(let text): return (theirs as? String).map { Self.isSame($0, text) } == true
    case .array(let elements):
      guard let others = theirs as? [Any], others.count == elements.count else { return false }
      return zip(elements, others).allSatisfy { $0.means($1) }
    case .object(let members):
      guard let others = theirs as? [String: Any] else { return false }
      guard !members.contains(where: { $0.key.unicodeScalars.contains("\u{FEFF}") }) else { return true }
      // To a dictionary, keys that Unicode calls equivalent are one (SPEC S4: ours are bytes).
      let keys = Set(members.map { Array($0.key.utf8) })
      guard others.count == keys.count else { return Set(members.map(\.key)).count == others.count }
      return members.allSatisfy { member in
        guard let mine = self[member.key], let other = others[member.key] else { return false }
        return mine.means(other)
      }
    }
  }

  /// Behind an escape Foundation takes U+FEFF in the middle of a text for a byte order mark and drops it.
  private static func isSame(_ theirs: String, _ ours: String) -> Bool {
    theirs.unicodeScalars.filter { $0 != "\u{FEFF}" }.elementsEqual(ours.unicodeScalars.filter { $0 != "\u{FEFF}" })
  }

  private static func isBool(_ number: NSNumber) -> Bool { unsafe String(cString: number.objCType) == "c" }
}
