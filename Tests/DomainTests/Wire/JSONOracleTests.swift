import Foundation
import ServiceTokenDomain
import TestSupport
import Testing

/// Foundation's decoder as a second opinion, over documents that a seeded generator makes and then damages.
///
/// The two differ on purpose, and nowhere else:
/// - A lone surrogate is U+FFFD here (SPEC S4 asks only for JSON, and RFC 8259 §8.2 lets it be), a fault there.
/// - A number that `Double` cannot hold is text here, and judged by who needs it; there it is a fault.
/// - A comma after the last element or member is a fault here (RFC 8259 §4, §5); Foundation takes it.
/// - A byte order mark, UTF-16 and UTF-32 are faults here (§8.1); Foundation takes them. The generator makes none.
@Suite struct JSONOracleTests {
  @Test(.apart) func generatedDocumentsMeanTheSameToFoundation() throws {
    var documents = Documents(seed: 42)
    for _ in 0..<1500 {
      let text = documents.next()
      let ours = try Wire.JSON(parsing: Array(text.utf8))
      #expect(try Meaning(ours) == JSONDecoder().decode(Meaning.self, from: Data(text.utf8)), "\(text)")
      #expect(try Wire.JSON(parsing: ours.serialized()) == ours, "\(text)")
      #expect(try Meaning(ours) == JSONDecoder().decode(Meaning.self, from: Data(ours.serialized())), "\(text)")
    }
  }

  @Test(.apart) func damagedDocumentsAreTakenOrRefusedAsByFoundation() {
    var documents = Documents(seed: 43)
    var (taken, refused) = (0, 0)
    for _ in 0..<6000 {
      let bytes = documents.nextDamaged()
      let theirs = try? JSONDecoder().decode(Meaning.self, from: Data(bytes))
      do throws(Wire.JSON.ParseFailure) {
        let ours = Meaning(try Wire.JSON(parsing: bytes))
        taken += 1
        #expect(theirs == (ours.isForUsAlone ? nil : ours), "\(bytes)")
      } catch {
        refused += 1
        #expect(theirs == nil || isSuperfluousComma(before: error.offset, in: bytes), "\(bytes)")
      }
    }
    #expect(taken > 500 && refused > 500, "the generator must make both kinds")
  }

  private func isSuperfluousComma(before offset: Int, in bytes: [UInt8]) -> Bool {
    let blanks = Array(" \t\r\n".utf8)
    return bytes.dropFirst(offset).first.map("]}".utf8.contains) == true
      && bytes[..<offset].last { !blanks.contains($0) } == UInt8(ascii: ",")
  }
}

/// What a document means where the two agree.
private enum Meaning: Decodable, Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([Meaning])
  case object([String: Meaning])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([Meaning].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: Meaning].self))
    }
  }

  init(_ json: Wire.JSON) {
    switch json {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .number(let text):
      let value = Double(text) ?? .nan
      let isLost = value == 0 && text.prefix { !"eE".contains($0) }.contains { "123456789".contains($0) }
      self = .number(isLost ? .nan : value)
    case .string(let text): self = .string(text)
    case .array(let elements): self = .array(elements.map(Meaning.init))
    case .object(let members):
      self = .object(Dictionary(members.map { ($0.key, Meaning($0.value)) }) { _, last in last })
    }
  }

  /// Whether there is a lone surrogate in it, or a number that `Double` cannot hold.
  var isForUsAlone: Bool {
    switch self {
    case .null, .bool: false
    case .number(let value): !value.isFinite
    case .string(let text): text.unicodeScalars.contains("\u{FFFD}")
    case .array(let elements): elements.contains(where: \.isForUsAlone)
    case .object(let members):
      members.contains { $0.key.unicodeScalars.contains("\u{FFFD}") || $0.value.isForUsAlone }
    }
  }
}

private struct Documents {
  private var random: WireRandom

  init(seed: UInt64) { random = WireRandom(seed: seed) }

  mutating func next() -> String { blanks() + value(depth: 0) + blanks() }

  mutating func nextDamaged() -> [UInt8] {
    var bytes = Array(next().utf8)
    for _ in 0..<Int.random(in: 1...2, using: &random) {
      let place = Int.random(in: 0...bytes.count, using: &random)
      let alphabet = Array(#"{}[]":,\/ntfu0123456789-+.eE "#.utf8) + [0x00, 0x0A, 0x1F, 0x7F, 0x80, 0xC3, 0xED, 0xFF]
      let byte = alphabet.randomElement(using: &random) ?? 0
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes.insert(byte, at: place)
      case 1 where place < bytes.count: bytes[place] = byte
      case 2 where place < bytes.count: bytes.remove(at: place)
      case 3: bytes.removeLast(bytes.count - place)
      default: bytes += bytes[place...].prefix(3)
      }
    }
    return bytes
  }

  private mutating func value(depth: Int) -> String {
    switch Int.random(in: 0..<(depth < 4 ? 9 : 5), using: &random) {
    case 0: return ["null", "true", "false"].randomElement(using: &random) ?? "null"
    case 1, 2: return number()
    case 3, 4: return string()
    case 5, 6:
      let elements = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        "\(blanks())\(value(depth: depth + 1))\(blanks())"
      }
      return "[\(elements.isEmpty ? blanks() : elements.joined(separator: ","))]"
    default:
      let members = (0..<Int.random(in: 0...4, using: &random)).map { index in
        "\(blanks())\"\(index)\(string().dropFirst())\(blanks()):\(blanks())\(value(depth: depth + 1))\(blanks())"
      }
      return "{\(members.isEmpty ? blanks() : members.joined(separator: ","))}"
    }
  }

  private mutating func number() -> String {
    var text = Bool.random(using: &random) ? "-" : ""
    text += String(UInt64.random(in: 0...UInt64.max >> UInt64.random(in: 0...63, using: &random), using: &random))
    if Bool.random(using: &random) { text += ".\(UInt32.random(in: 0...9999, using: &random))" }
    if Bool.random(using: &random) {
      text += ["e", "E", "e+", "E-"].randomElement(using: &random) ?? "e"
      text += String(Int.random(in: 0...20, using: &random))
    }
    return text
  }

  private mutating func string() -> String {
    let pieces = [
      "a", "Z", " ", "/", "é", "測", "😀", "\u{7F}", "\u{2028}", #"\""#, #"\\"#, #"\/"#, #"\b"#, #"\f"#, #"\n"#, #"\r"#,
      #"\t"#, #"\u0000"#, #"\u00E9"#, #"\u6e2c"#, #"\uD83D\ude00"#,
    ]
    let text = (0..<Int.random(in: 0...6, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
    return "\"\(text.joined())\""
  }

  private mutating func blanks() -> String {
    ["", "", "", " ", "\n", "\t \r"].randomElement(using: &random) ?? ""
  }
}
