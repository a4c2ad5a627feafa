/// SplitMix64: the same documents on every run and every machine, so that a failure can be repeated.
struct WireRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  mutating func bytes(count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) } }

  /// Text that has some of everything that encoders treat differently.
  mutating func text(upTo length: Int) -> String {
    let characters: [Character] = [
      "a", "Z", "7", " ", "+", "%", "&", "=", "/", "~", "*", "\"", "\\", "\n", "\t", "\u{0}", "\u{1F}", "\u{7F}", "é",
      "測", "\u{2028}", "😀", "\u{10FFFF}",
    ]
    let count = Int.random(in: 0...length, using: &self)
    return String((0..<count).map { _ in characters.randomElement(using: &self) ?? "a" })
  }
}
