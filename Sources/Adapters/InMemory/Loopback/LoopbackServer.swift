public import ServiceTokenDomain

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A real HTTP/1.1 server on a loopback address of its own, which answers by a script and records what it saw.
///
/// ```
/// let server = try LoopbackServer { request in
///   request.path == "/oauth/token" ? .ok(json: #"{"access_token":"…"}"#) : .answer(404)
/// }
/// let client = … server.url …
/// await server.requestsReached(1)
/// ```
///
/// It keeps connections alive, takes bodies by their `Content-Length`, and has a thread for each connection: hundreds at
/// once are fine. The script runs on those threads, also side by side. The server stops when it is released.
public final class LoopbackServer: Sendable {
  /// One request as it came over the wire.
  public struct Request: Sendable {
    /// Which request of the server it is, from 1.
    public internal(set) var number = 0
    /// Which connection of the server it came on, from 1.
    public let connection: Int
    /// Which request on its connection it is, from 1.
    public let turn: Int
    /// The method as sent.
    public let method: String
    /// The request target as sent.
    public let target: String
    /// The header fields in order, as sent.
    public let headers: HTTPHeaders
    /// The body.
    public let body: [UInt8]

    /// The target up to its query.
    public var path: String { String(target.prefix { $0 != "?" }) }
    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }
  }

  /// A system call that did not work.
  public struct Failure: Error {
    /// What was tried.
    public let call: String
    /// `errno`.
    public let number: Int32

    init(_ call: String) {
      self.call = call
      number = errno
    }
  }

  /// The address that it listens on, as text.
  public let host: String
  /// The port that it listens on.
  public let port: UInt16
  private let listener: Listener

  /// Starts a server that answers by `script`.
  ///
  /// - Parameters:
  ///   - greeting: what it does with each connection before it reads a request.
  ///   - remembering: how many requests it remembers, the latest ones: what a server that runs for hours must bound.
  ///   - script: the reply to each request.
  /// - Throws: ``Failure`` when no port can be had.
  public init(
    greeting: Reply? = nil, remembering: Int = .max, _ script: @escaping @Sendable (Request) -> Reply
  ) throws {
    listener = try Listener(greeting: greeting, remembering: remembering, script)
    host = listener.host
    port = listener.port
    try listener.start()
  }

  deinit { listener.stop() }

  /// Where it is: `http://ADDRESS:PORT`, without a slash at the end.
  public var url: String { "http://\(host):\(port)" }

  /// What it has seen up to now.
  public var facts: Facts { listener.book.facts }

  /// The requests up to now.
  public var requests: [Request] { facts.requests }

  /// Waits until `isMet` holds; comes back early when the task is cancelled, as it is at a test's time limit.
  public func until(_ isMet: @escaping @Sendable (Facts) -> Bool) async {
    await listener.book.wait(until: isMet)
  }

  /// Waits until `count` requests have been read.
  public func requestsReached(_ count: Int) async {
    await until { $0.requests.count >= count }
  }

  /// Waits until the client has closed the connection `number`.
  public func connectionClosed(_ number: Int) async {
    await until { $0.closedByClient.contains(number) }
  }

  /// Waits until no connection is open.
  public func clientsGone() async {
    await until { $0.open == 0 }
  }

  /// Closes every connection and the port, and returns when all threads have let go of them. Stopping twice does no harm.
  public func stop() { listener.stop() }
}
