#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A port of 127.0.0.1 on which nobody listens, and which nobody else can be given while this lives: connecting is
/// refused.
public final class DeafPort: Sendable {
  private let socket: Int32
  private let port: UInt16

  /// Takes a port.
  ///
  /// - Throws: ``LoopbackServer/Failure`` when none can be had.
  public init() throws { (socket, port) = try boundSocket(listens: false) }

  deinit { close(socket) }

  /// Where it is: `http://127.0.0.1:PORT`, without a slash at the end.
  public var url: String { "http://127.0.0.1:\(port)" }
}
