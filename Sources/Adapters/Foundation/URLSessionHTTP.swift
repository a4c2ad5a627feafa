import Foundation
public import ServiceTokenDomain
public import ServiceTokenPorts

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// HTTP by Foundation's `URLSession`: the default transport on Apple's systems, and on Linux the one for machines without
/// libcurl's headers.
///
/// The session is its own: ephemeral, without cookies, cache, stored credentials or waiting for connectivity. Redirects
/// are refused by the session's delegate and come back as answers; no authentication challenge is answered, except that
/// the system judges the server's certificate. Deadline and cancellation are kept outside the session: the caller leaves
/// at once, whatever the session does.
///
/// Safe to use from any number of tasks. When the last reference goes, the session ends with its last task.
///
/// ## What it does not hold on Linux
/// `URLSession` there deadlocks or traps when a task is cancelled in flight (Swift 6.3), so no task ever is:
/// - A request that was cancelled or that ran out of time goes on on the wire until the server has answered or has been
///   silent for the attempt's time. One that trickles, or whose answer never ends, goes on for as long as the server
///   likes. What comes is dropped, but all sessions of a process share one queue: an answer that never ends holds up
///   every request of every session, and Foundation queues the pieces faster than it delivers them.
/// - While a request waits for its answer, a thread of Foundation's keeps a core busy (measured with a bare session too).
/// - The trusted certificates are those of the system's bundle. `SSL_CERT_FILE`, `SSL_CERT_DIR`, a CA file of one's own
///   and client certificates are not taken. Proxies of the environment are, by the libcurl inside; they cannot be turned
///   off.
/// - `Accept`, `Accept-Language`, `Accept-Encoding`, `User-Agent` and `Connection` are added where they are not given, and
///   a content coding is undone. The order of header fields is the session's, and repeated ones of an answer come joined
///   by commas.
/// - Dot segments of a path are resolved before it is sent.
/// - Where the server closes connections after its answers, a request may break off or hang until its time runs out,
///   instead of being sent on a fresh connection (measured: in every other run of twenty requests one after another).
/// - A 3xx counts as come when its body has ended: one whose body takes longer than the attempt is a time-out.
/// - Two kinds of answer end the *process*, because Foundation traps on them: one whose connection is closed in the
///   middle of its head, and one in chunks that ends in a trailer (RFC 9112 §7.1.2).
/// - Foundation's errors say less: -1 is an answer that ended early and a TLS handshake that failed alike, whatever the
///   reason, and counts as broken off; -1011 is an answer that is none and one that never came, and counts as malformed.
/// - With `URLSessionDebugLibcurl` in the environment Foundation itself writes headers to standard error.
///
/// ``/ServiceTokenPorts/Ports/HTTP`` says what a transport owes; `ServiceTokenCurl` holds all of it on Linux.
public final class URLSessionHTTP: Ports.HTTP, Sendable {
  private let delegate: SessionDelegate
  private let session: URLSession
  /// On Linux making and starting a task waits for the one queue of all sessions, which must not stop the thread of a
  /// caller: deadlines and cancellations would stop with it.
  private let starts = DispatchQueue(label: "service-token.urlsession")

  /// Makes a transport with a session of its own. Nothing is sent before the first request (SPEC C3).
  public init() {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.httpCookieStorage = nil
    configuration.httpShouldSetCookies = false
    configuration.httpCookieAcceptPolicy = .never
    configuration.urlCache = nil
    configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
    configuration.urlCredentialStorage = nil
    // The default of six would queue requests, and their deadlines would run out in the queue.
    configuration.httpMaximumConnectionsPerHost = 1024
    #if canImport(Darwin)
      configuration.waitsForConnectivity = false
      configuration.tlsMinimumSupportedProtocolVersion = .TLSv12
    #endif
    delegate = SessionDelegate()
    session = URLSession(configuration: configuration, delegate: delegate, delegateQueue: nil)
  }

  deinit { session.finishTasksAndInvalidate() }

  /// Sends `request` and waits for its answer; see ``/ServiceTokenPorts/Ports/HTTP/send(_:timeout:)``.
  ///
  /// - Throws: ``/ServiceTokenDomain/TransportFailure`` when no head of an answer came, when the URL is none or has
  ///   user-info, or when a line break would forge a header field; its text is the number of Foundation's error.
  ///   `CancellationError` when the task was cancelled.
  public func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse {
    try await answer(to: request, timeout: timeout, in: Exchange(limits: request.limits))
  }

  /// The same, ended by `cancellation` too; see ``/ServiceTokenPorts/Ports/HTTP/send(_:timeout:cancelledBy:)``.
  ///
  /// - Throws: as ``send(_:timeout:)`` does; `CancellationError` too when `cancellation` was cancelled.
  public func send(
    _ request: HTTPRequest, timeout: Duration, cancelledBy cancellation: Ports.Cancellation
  ) async throws -> HTTPResponse {
    let exchange = Exchange(limits: request.limits)
    return try await cancellation.withHandler {
      try await answer(to: request, timeout: timeout, in: exchange)
    } onCancel: {
      exchange.cancel()
    }
  }

  private func answer(
    to request: HTTPRequest, timeout: Duration, in exchange: Exchange
  ) async throws -> HTTPResponse {
    try Task.checkCancellation()
    let prepared = try URLRequest(request, timeout: timeout)
    let deadline = Task.detached {
      try await Task.sleep(for: timeout, clock: .continuous)
      exchange.breakOff(TransportFailure(.timeOut, "the attempt's time ran out"))
    }
    defer {
      deadline.cancel()
      #if canImport(Darwin)
        exchange.endOnTheWire()
      #endif
    }
    return try await withTaskCancellationHandler {
      defer { ThreadSanitizer.wasResumed() }
      return try await withCheckedThrowingContinuation { continuation in
        guard exchange.park(continuation) else { return }
        starts.async {
          guard !exchange.isFinished else { return }
          let task = self.session.dataTask(with: prepared)
          self.delegate.expect(exchange, for: task)
          task.resume()
        }
      }
    } onCancel: {
      exchange.cancel()
    }
  }
}

extension HTTPRequest {
  /// Whether the method or a field holds what ends a line, or a C string.
  fileprivate var forgesLine: Bool {
    let texts = [method] + headers.flatMap { [$0.name, $0.value] }
    return texts.contains { $0.utf8.contains { $0 == 0x0D || $0 == 0x0A || $0 == 0 } }
  }
}

extension URLRequest {
  fileprivate init(_ request: HTTPRequest, timeout: Duration) throws(TransportFailure) {
    guard let url = URL(string: request.url, encodingInvalidCharacters: false) else {
      throw TransportFailure(.other, "not a URL")
    }
    // Foundation would make credentials of it.
    guard url.user == nil, url.password == nil else { throw TransportFailure(.other, "the URL has user-info") }
    guard !request.forgesLine else { throw TransportFailure(.other, "the method or a header field holds a line break") }
    let (seconds, attoseconds) = timeout.components
    self.init(url: url, timeoutInterval: Double(seconds) + Double(attoseconds) / 1e18)
    httpMethod = request.method
    httpShouldHandleCookies = false
    for field in request.headers { addValue(field.value, forHTTPHeaderField: field.name) }
    if !request.body.isEmpty { httpBody = Data(request.body) }
  }
}
