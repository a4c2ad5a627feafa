// Going through a text byte by byte asks at each how it is stored. These ask once.

extension String.UTF8View {
  /// Whether every byte is one that `isAllowed`. All are looked at, whatever comes first: without a branch at each byte
  /// the compiler compares many at once.
  @inlinable
  @inline(__always)
  package func areAll(_ isAllowed: (UInt8) -> Bool) -> Bool {
    unsafe withContiguousStorageIfAvailable { bytes in
      var refused: UInt8 = 0
      var index = 0
      while index < bytes.count {
        refused |= unsafe isAllowed(bytes[index]) ? 0 : 1
        index &+= 1
      }
      return refused == 0
    } ?? allSatisfy(isAllowed)
  }

  /// Whether both are of one length, and each byte `matches` the one at its place in `other`.
  @inline(__always)
  func areAll(like other: Self, by matches: (UInt8, UInt8) -> Bool = { $0 == $1 }) -> Bool {
    guard count == other.count else { return false }
    let areAlike = unsafe withContiguousStorageIfAvailable { left in
      unsafe other.withContiguousStorageIfAvailable { right in
        var index = 0
        while index < left.count, unsafe matches(left[index], right[index]) { index &+= 1 }
        return index == left.count
      }
    }
    return (areAlike ?? nil) ?? elementsEqual(other, by: matches)
  }
}
