#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The descriptor that a program's diagnostics go to.
enum StandardError {
  /// Writes `line` by one call where the system takes it whole. A failure is dropped, a closed pipe's `EPIPE` too: there
  /// is no place left to tell of it.
  static func write(_ line: [UInt8]) {
    unsafe write(line) { piece in unsafe systemWrite(STDERR_FILENO, piece.baseAddress, piece.count) }
  }

  /// Writes `line` by `attempt`, which does as `write(2)` does.
  static func write(_ line: [UInt8], by attempt: (UnsafeRawBufferPointer) -> Int) {
    unsafe line.withUnsafeBytes { bytes in
      var rest = unsafe bytes[...]
      while unsafe !rest.isEmpty {
        let written = unsafe attempt(UnsafeRawBufferPointer(rebasing: rest))
        if written > 0 { unsafe rest = rest.dropFirst(written) } else if written == 0 || errno != EINTR { return }
      }
    }
  }
}

/// `write(2)` by a name that the functions above do not hide.
private func systemWrite(_ descriptor: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int {
  unsafe write(descriptor, start, count)
}
