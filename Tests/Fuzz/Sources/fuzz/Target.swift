import Canary

/// Something that reads what a stranger wrote, with what must be true of whatever it makes of it.
struct Target: Sendable {
  let name: String
  let check: @Sendable (Input) -> Void

  init(_ name: String, check: @escaping @Sendable (Input) -> Void) {
    self.name = name
    self.check = check
  }

  static let all: [Target] = [
    .json, .number, .tokenAnswer, .downloadAnswer, .errorCode, .challenge, .retryAfter, .rfc3339, .httpDate, .scope,
    .baseURL, .environment, .downloadURL, .encodings,
  ]
}

/// What libFuzzer thought of. A token of the tests takes the place of every dollar, so that a text that shows a part of
/// the input can be told by it.
struct Input {
  let bytes: [UInt8]
  let holdsCanary: Bool

  static let canary = Canary.token("fuzz")

  init(_ raw: [UInt8]) {
    let dollar = UInt8(ascii: "$")
    holdsCanary = raw.contains(dollar)
    bytes = holdsCanary ? raw.flatMap { $0 == dollar ? Array(Self.canary.utf8) : [$0] } : raw
  }

  /// The whole as text, what is not UTF-8 repaired.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The first `count` lines, for targets with more than one argument; the last of them has all the rest.
  func lines(_ count: Int) -> [String] {
    let lines = bytes.split(separator: 0x0A, maxSplits: count - 1, omittingEmptySubsequences: false)
    return (0..<count).map { $0 < lines.count ? String(decoding: lines[$0], as: UTF8.self) : "" }
  }

  /// A second opinion may be quadratic itself.
  var isForOracles: Bool { bytes.count <= 8192 }

  /// Ends the run where a text of `value` shows the canary of this input.
  func expectHidden(in value: @autoclosure () -> Any) {
    guard holdsCanary else { return }
    let value = value()
    var dumped = ""
    dump(value, to: &dumped)
    for text in ["\(value)", String(reflecting: value), dumped] {
      hold(!text.contains(Canary.tokenPrefix), "no text shows what came in: \(text)")
    }
  }
}

/// Ends the run, and with it tells libFuzzer to keep the input, unless `property` is so.
func hold(
  _ property: Bool, _ sentence: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) {
  guard !property else { return }
  // Not an assertion: it must hold in a release build.
  fatalError("does not hold: \(sentence())", file: file, line: line)
}

extension StringProtocol {
  /// Whether each byte is a VSCHAR of RFC 6749 appendix A, `%x20-7E`.
  var isVisible: Bool { utf8.allSatisfy { (0x20...0x7E).contains($0) } }
}
