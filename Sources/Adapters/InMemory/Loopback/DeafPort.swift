#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A port on which nobody listens, and which nobody else can be given while this lives: connecting is refused.
public final class DeafPort: Sendable {
  private let socket: Int32
  private let host: String
  private let port: UInt16

  /// Takes a port.
  ///
  /// - Throws: ``LoopbackServer/Failure`` when none can be had.
  public init() throws { (socket, host, port) = try boundSocket(listens: false) }

  deinit { close(socket) }

  /// Where it is: `http://ADDRESS:PORT`, without a slash at the end.
  public var url: String { "http://\(host):\(port)" }
}
