extension Wire {
  /// One challenge of a `WWW-Authenticate` field (RFC 9110 §11.3, §11.6.1): how a server wants to be asked, and what it
  /// had against how it was asked.
  ///
  /// ```
  /// let code = Wire.Challenge.all(in: response.headers).first { $0.isOf(scheme: "Bearer") }?["error"]
  /// ```
  ///
  /// A server may echo what it was sent, so no description, dump or mirror shows a word of it.
  public struct Challenge: Sendable {
    /// A parameter: a name with its value, quotes and escapes undone.
    public struct Parameter: Sendable {
      /// The name as the server wrote it.
      public let name: String
      /// The value.
      public let value: String

      /// Makes a parameter.
      public init(name: String, value: String) {
        self.name = name
        self.value = value
      }
    }

    /// The authentication scheme as the server wrote it, such as `Bearer`; ``isOf(scheme:)`` compares it.
    public let scheme: String
    /// What stands in place of parameters with some schemes (RFC 9110 §11.2), such as `Negotiate`.
    public fileprivate(set) var token68: String?
    /// The parameters in order; a name may repeat, though §11.2 forbids it.
    public fileprivate(set) var parameters: [Parameter]

    /// Makes a challenge.
    public init(scheme: String, token68: String? = nil, parameters: [Parameter] = []) {
      self.scheme = scheme
      self.token68 = token68
      self.parameters = parameters
    }
  }
}

extension Wire.Challenge {
  /// The challenges of every `WWW-Authenticate` field in `headers`, in order. Each field is read by itself, so that a
  /// fault in one does not reach the next.
  public static func all(in headers: HTTPHeaders) -> [Wire.Challenge] {
    headers.values(of: "WWW-Authenticate").flatMap(parse)
  }

  /// Reads one field, which may hold several challenges. The time grows with its length.
  ///
  /// At the first fault the reading ends, and what was whole before it stands: many servers forget a comma between two
  /// parameters or the quotes around a text, and what came before is no less true. Nothing after a fault is taken,
  /// because it may be the inside of a text.
  public static func parse(_ field: String) -> [Wire.Challenge] {
    var parser = ChallengeParser(field)
    parser.field()
    return parser.challenges
  }

  /// Whether the scheme is `name`, in whatever case (RFC 9110 §11.1).
  public func isOf(scheme name: String) -> Bool { scheme.isSameToken(as: name) }

  /// The value of the first parameter called `name`, in whatever case (RFC 9110 §11.2).
  public subscript(name: String) -> String? { parameters.first { $0.name.isSameToken(as: name) }?.value }
}

extension String {
  /// By ASCII letters alone: to `lowercased()`, U+212A, the Kelvin sign, is a K.
  fileprivate func isSameToken(as other: String) -> Bool {
    func lowered(_ byte: UInt8) -> UInt8 { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte }
    return utf8.count == other.utf8.count && zip(utf8, other.utf8).allSatisfy { lowered($0) == lowered($1) }
  }
}

extension Wire.Challenge: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// How much there is of it.
  public var description: String {
    "challenge with \(token68 == nil ? "\(parameters.count) parameters" : "a token68")"
  }
  /// The same as ``description``.
  public var debugDescription: String { description }
  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}

extension Wire.Challenge.Parameter: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Nothing of it.
  public var description: String { "parameter" }
  /// The same as ``description``.
  public var debugDescription: String { description }
  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}

/// Goes over a field once; the only way back is over one word, to read it as another kind of word.
private struct ChallengeParser {
  private let bytes: [UInt8]
  private var position = 0
  private(set) var challenges: [Wire.Challenge] = []

  init(_ field: String) { bytes = Array(field.utf8) }

  mutating func field() {
    // RFC 9110 §5.6.1: a list may have elements with nothing in them.
    repeat { skip { Self.isBlank($0) || $0 == UInt8(ascii: ",") } } while element() && isAtEndOfElement
  }

  /// Takes what stands between two commas: a parameter of the last challenge, or a new challenge with what follows its
  /// scheme. False at the end of the field and at a fault.
  private mutating func element() -> Bool {
    guard let first = word() else { return false }
    if takeEqualsSign() { return parameter(named: first) }
    guard isAtEndOfElement || Self.isBlank(bytes[position - 1]) else { return false }
    challenges.append(Wire.Challenge(scheme: first))
    if isAtEndOfElement || takeToken68() { return true }
    guard let name = word(), takeEqualsSign() else { return false }
    return parameter(named: name)
  }

  private mutating func parameter(named name: String) -> Bool {
    guard let last = challenges.indices.last, challenges[last].token68 == nil,
      let value = take(UInt8(ascii: "\"")) ? quoted() : bareValue()
    else { return false }
    challenges[last].parameters.append(Wire.Challenge.Parameter(name: name, value: value))
    skip(Self.isBlank)
    return true
  }

  /// A value without quotes, which a comma or a blank must end.
  private mutating func bareValue() -> String? {
    guard let value = word(), isAtEndOfElement || Self.isBlank(bytes[position]) else { return nil }
    return value
  }

  /// What follows an opening quote, up to the closing one (RFC 9110 §5.6.4).
  private mutating func quoted() -> String? {
    var text: [UInt8] = []
    while position < bytes.count {
      if take(UInt8(ascii: "\"")) { return String(decoding: text, as: UTF8.self) }
      _ = take(UInt8(ascii: "\\"))
      guard position < bytes.count, Self.isText(bytes[position]) else { return nil }
      text.append(bytes[position])
      position += 1
    }
    return nil
  }

  /// RFC 9110 §11.2, where it is all that follows the scheme; else stays.
  private mutating func takeToken68() -> Bool {
    let start = position
    skip { Self.isAlphanumeric($0) || "-._~+/".utf8.contains($0) }
    guard position > start else { return false }
    skip { $0 == UInt8(ascii: "=") }
    let end = position
    skip(Self.isBlank)
    guard isAtEndOfElement else {
      position = start
      return false
    }
    challenges[challenges.count - 1].token68 = String(decoding: bytes[start..<end], as: UTF8.self)
    return true
  }

  /// A token (RFC 9110 §5.6.2).
  private mutating func word() -> String? {
    let start = position
    skip { Self.isAlphanumeric($0) || "!#$%&'*+-.^_`|~".utf8.contains($0) }
    return position > start ? String(decoding: bytes[start..<position], as: UTF8.self) : nil
  }

  /// Takes an equals sign with the blanks around it, which §11.2 calls bad and wants read; the blanks before it always.
  private mutating func takeEqualsSign() -> Bool {
    skip(Self.isBlank)
    guard take(UInt8(ascii: "=")) else { return false }
    skip(Self.isBlank)
    return true
  }

  private var isAtEndOfElement: Bool { position == bytes.count || bytes[position] == UInt8(ascii: ",") }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func skip(_ isSkipped: (UInt8) -> Bool) {
    while position < bytes.count, isSkipped(bytes[position]) { position += 1 }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// What a quoted string may hold, escaped or not: no control character but the tab.
  private static func isText(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F || byte == 0x09 }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: false
    }
  }
}
