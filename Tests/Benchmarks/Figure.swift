/// One figure: what was measured in each of its rounds.
struct Figure {
  enum Unit: String {
    case nanoseconds = "ns"
    case microseconds = "µs"
    case milliseconds = "ms"
    case perSecond = "1/s"
    case bytes = "B"
    case kibibytes = "KiB"
    case count = "count"
  }

  let name: String
  let unit: Unit
  private let sorted: [Double]

  init(_ name: String, _ unit: Unit, _ samples: [Double]) {
    precondition(!samples.isEmpty, "a figure without a sample")
    (self.name, self.unit, sorted) = (name, unit, samples.sorted())
  }

  /// The middle one, of two the mean.
  var median: Double { (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2 }
  var min: Double { sorted[0] }
  var max: Double { sorted[sorted.count - 1] }

  var line: String {
    "\(name.padded(to: 26))\(shown(median).padded(to: -12)) \(unit.rawValue.padded(to: 6))"
      + "(\(shown(min)) to \(shown(max)))"
  }

  var json: String {
    #"{"name":"\#(name)","unit":"\#(unit.rawValue)","median":\#(shown(median)),"min":\#(shown(min)),"max":\#(shown(max))}"#
  }

  /// Four digits say all that a shared machine can.
  private func shown(_ value: Double) -> String {
    guard value != value.rounded() || value.magnitude < 1000 else { return "\(Int(value))" }
    let factor: Double = value.magnitude < 100 ? 100 : value.magnitude < 1000 ? 10 : 1
    let rounded = (value * factor).rounded() / factor
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
  }
}

extension String {
  /// Blanks behind it up to `width`; before it where that is negative.
  fileprivate func padded(to width: Int) -> String {
    let blanks = String(repeating: " ", count: Swift.max(0, abs(width) - count))
    return width < 0 ? blanks + self : self + blanks
  }
}
