#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The three standard descriptors.
enum Descriptors {
  /// Standard output did not take what was written.
  struct WriteFailure: Error {
    let number: Int32

    /// Whether the reader has gone, which is its own decision and needs no word about it.
    var isClosedPipe: Bool { number == EPIPE }

    var reason: String { unsafe String(cString: strerror(number)) }
  }

  /// Sees to it that none of the three is closed: the next socket or file would take its number, and a token or a log
  /// line would go there. What takes a closed output's place refuses to be written to, so that nothing seems to succeed.
  static func occupy() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
      _ = unsafe open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  static func write(_ bytes: [UInt8], to descriptor: Int32) throws(WriteFailure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe systemWrite(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        throw WriteFailure(number: errno)
      }
    }
  }
}

/// `write(2)` by a name that the function above does not hide.
private func systemWrite(_ descriptor: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int {
  unsafe write(descriptor, start, count)
}
