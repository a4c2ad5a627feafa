import ServiceTokenPorts

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension LoopbackServer {
  /// Holds answers of the server back until a test opens it. Once open it stays open.
  ///
  /// A pipe whose other end is closed to open it, so that a server's thread can wait for it and for its client at once.
  public final class Gate: Sendable {
    let descriptor: Int32
    private let other: Locked<Int32?>

    /// Makes a closed gate.
    public init() {
      var ends: [Int32] = [-1, -1]
      precondition(unsafe pipe(&ends) == 0, "no descriptors for a pipe")
      descriptor = ends[0]
      other = Locked(ends[1])
    }

    deinit {
      open()
      close(descriptor)
    }

    /// Lets go of everything that waits here, now and later. Opening twice does no harm.
    public func open() {
      other.withLock { other in
        if let end = other { close(end) }
        other = nil
      }
    }
  }
}
