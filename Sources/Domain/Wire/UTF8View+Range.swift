extension String.UTF8View {
  /// Whether every byte is one of `range`; the whole of a text, so at the speed at which memory is read.
  func areAll(in range: ClosedRange<UInt8>) -> Bool {
    unsafe withContiguousStorageIfAvailable { bytes in unsafe bytes.allSatisfy { range.contains($0) } }
      ?? allSatisfy { range.contains($0) }
  }
}
