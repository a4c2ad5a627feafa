extension Wire {
  /// A number of JSON's grammar (RFC 8259 §6), kept as text until somebody asks for its value.
  ///
  /// Servers send `expires_in` as a number, as a fraction, or as a string of the same grammar (SPEC S4), so this reads
  /// text, wherever it stood:
  ///
  /// ```
  /// let seconds = (json.numberText ?? json.stringValue).flatMap(Wire.Number.init)?.floor
  /// ```
  public struct Number: Sendable {
    private let text: String
    private let layout: Layout

    /// Takes `text` if the whole of it is a JSON number; nil for any other text, such as `inf`, `0x10`, ` 3`, `+3`,
    /// `03`, `.5` or `5.`.
    public init?(_ text: String) {
      guard let layout = Layout(of: Array(text.utf8), from: 0), layout.end == text.utf8.count else { return nil }
      self.text = text
      self.layout = layout
    }

    /// The largest whole number that is not above this one, exact however many digits there are, and saturating at the
    /// ends of `Int64`; nil where the number is not finite as a `Double` (`1e309`), as SPEC S4 wants it refused.
    public var floor: Int64? {
      if layout.isInteger, let value = Int64(text) { return value }
      guard let approximation = Double(text), approximation.isFinite else { return nil }
      let bytes = Array(text.utf8)
      let digits = (bytes[layout.whole] + bytes[layout.fraction]).map { Int64($0 - UInt8(ascii: "0")) }
      let pointIndex = layout.whole.count + layout.exponent
      var value: Int64 = 0
      // Nineteen zeros more take anything but zero out of Int64.
      for index in 0..<max(0, min(pointIndex, digits.count + 19)) {
        let digit = index < digits.count ? digits[index] : 0
        value = value.multipliedByTenSaturated().addingSaturated(layout.isNegative ? -digit : digit)
      }
      let hasFraction = digits.dropFirst(max(0, pointIndex)).contains { $0 != 0 }
      return layout.isNegative && hasFraction ? value.subtractingSaturated(1) : value
    }
  }
}

extension Wire.Number {
  /// Where the parts of a number stand in the bytes that hold it.
  struct Layout: Sendable {
    let isNegative: Bool
    let whole: Range<Int>
    let fraction: Range<Int>
    /// Cut to ±100,000,000, far beyond any number of digits that comes in a body.
    let exponent: Int
    let end: Int

    /// Whether it is written without fraction and exponent.
    var isInteger: Bool { fraction.isEmpty && whole.upperBound == end }

    /// Reads as much of a number as comes at `start`; nil where none does.
    init?(of bytes: [UInt8], from start: Int) {
      var scanner = Wire.Scanner(bytes, from: start)
      isNegative = scanner.take("-")
      if scanner.take("0") {
        whole = scanner.position - 1..<scanner.position
      } else {
        whole = scanner.digits()
      }
      guard !whole.isEmpty else { return nil }

      let hasPoint = scanner.take(".")
      fraction = hasPoint ? scanner.digits() : scanner.position..<scanner.position
      guard hasPoint != fraction.isEmpty else { return nil }

      if scanner.take("e") || scanner.take("E") {
        let isDown = scanner.take("-")
        if !isDown { _ = scanner.take("+") }
        let digits = scanner.digits()
        guard !digits.isEmpty else { return nil }
        // Cut off where no number of that many digits would fit into memory; by 100 million, so that 32 bits suffice.
        let size = bytes[digits].reduce(0) { min($0 * 10 + Int($1 - UInt8(ascii: "0")), 100_000_000) }
        exponent = isDown ? -size : size
      } else {
        exponent = 0
      }
      end = scanner.position
    }
  }
}

extension Int64 {
  fileprivate func multipliedByTenSaturated() -> Int64 {
    let (product, overflow) = multipliedReportingOverflow(by: 10)
    return overflow ? (self < 0 ? .min : .max) : product
  }
}
