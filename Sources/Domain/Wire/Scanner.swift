extension Wire {
  /// Takes fixed shapes off the front of ASCII text. Whatever returns nil or false may have moved on: the caller gives
  /// up then.
  struct Scanner {
    private let bytes: [UInt8]
    private(set) var position: Int

    init(_ bytes: [UInt8], from position: Int = 0) {
      self.bytes = bytes
      self.position = position
    }

    init(_ text: String) { self.init(Array(text.utf8)) }

    var isAtEnd: Bool { position == bytes.count }

    /// Takes `word` if it comes next, and stays if it does not.
    mutating func take(_ word: String) -> Bool {
      // The first byte mostly tells, and to ask it alone takes a fifth.
      guard position < bytes.count, bytes[position] == word.utf8.first,
        bytes[position...].starts(with: word.utf8)
      else { return false }
      position += word.utf8.count
      return true
    }

    /// Takes the first of `words` that comes next, and says which.
    mutating func take(oneOf words: [String]) -> Int? {
      for (index, word) in words.enumerated() where take(word) { return index }
      return nil
    }

    /// Takes as many digits as come next, perhaps none.
    mutating func digits() -> Range<Int> {
      let start = position
      while position < bytes.count, Self.isDigit(bytes[position]) { position += 1 }
      return start..<position
    }

    /// Takes exactly `count` digits as a number.
    mutating func number(ofDigits count: Int) -> Int64? {
      guard bytes.count - position >= count, bytes[position..<position + count].allSatisfy(Self.isDigit) else {
        return nil
      }
      defer { position += count }
      return bytes[position..<position + count].reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }

    /// Takes `hh:mm:ss`, whatever its numbers.
    mutating func clock() -> (hour: Int64, minute: Int64, second: Int64)? {
      guard let hour = number(ofDigits: 2), take(":"), let minute = number(ofDigits: 2), take(":"),
        let second = number(ofDigits: 2)
      else { return nil }
      return (hour, minute, second)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
  }
}
