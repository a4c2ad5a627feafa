import Glibc

/// All that happens by chance in a scenario comes out of a seed by this: SplitMix64, the same on every machine.
struct Dice: RandomNumberGenerator {
  /// Each purpose has numbers of its own, so that a change in one part leaves the others as they were.
  enum Purpose: UInt64 {
    case traits, order, network, server, secrets, people, weather
  }

  private var state: UInt64

  init(_ seed: UInt64, for purpose: Purpose) {
    state = seed &* 0x9E37_79B9_7F4A_7C15 ^ purpose.rawValue &* 0xD1B5_4A32_D192_ED03
    _ = next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  /// True that often, of one.
  mutating func chance(_ probability: Double) -> Bool {
    probability > 0 && Double(next() >> 11) * 0x1p-53 < probability
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  /// One of the values, each as often as its weight says.
  mutating func pick<Element>(weighted elements: [(Element, Double)]) -> Element {
    var rest = Double(next() >> 11) * 0x1p-53 * elements.reduce(0) { $0 + $1.1 }
    for (element, weight) in elements {
      rest -= weight
      if rest < 0 { return element }
    }
    return elements[elements.count - 1].0
  }

  /// Any moment of the range, in nanoseconds.
  mutating func nanoseconds(_ range: ClosedRange<Duration>) -> Int64 {
    let (low, high) = (range.lowerBound.nanoseconds, range.upperBound.nanoseconds)
    return low + Int64(next() % UInt64(high - low + 1))
  }

  /// As long as things that come at random keep one waiting: `mean` on average, often less, sometimes much more.
  mutating func wait(mean: Duration) -> Int64 {
    let part = Double(next() >> 11 | 1) * 0x1p-53
    return Int64(-log(part) * Double(mean.nanoseconds))
  }
}

extension Duration {
  /// The duration in whole nanoseconds; all of the simulation's are small enough.
  var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}
