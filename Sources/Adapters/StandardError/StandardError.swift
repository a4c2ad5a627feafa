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
  static func write(_ line: [UInt8]) { write(line, to: STDERR_FILENO) }

  /// Writes `line` to `descriptor`, as ``write(_:)`` does.
  static func write(_ line: [UInt8], to descriptor: Int32) {
    unsafe line.withUnsafeBytes { bytes in
      var rest = unsafe bytes[...]
      while unsafe !rest.isEmpty {
        let piece = unsafe UnsafeRawBufferPointer(rebasing: rest)
        let written = unsafe systemWrite(descriptor, piece.baseAddress, piece.count)
        if written > 0 { unsafe rest = rest.dropFirst(written) } else if written == 0 || errno != EINTR { return }
      }
    }
  }
}

/// `write(2)` by a name that the functions above do not hide.
private func systemWrite(_ descriptor: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int {
  unsafe write(descriptor, start, count)
}
