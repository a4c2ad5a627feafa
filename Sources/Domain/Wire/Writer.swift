extension Wire {
  /// Writes byte after byte to memory that has room for all of them, because an array asks at each whether it has to grow.
  @unsafe struct Writer {
    private let bytes: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(_ bytes: UnsafeMutableBufferPointer<UInt8>) { unsafe self.bytes = unsafe bytes }

    @inline(__always)
    mutating func write(_ byte: UInt8) {
      unsafe bytes[count] = byte
      unsafe count += 1
    }
  }
}
