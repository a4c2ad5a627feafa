public import ServiceTokenDomain
public import ServiceTokenPorts

/// A transport that replays answers and records requests.
///
/// ```
/// let held = ScriptedHTTP.Held()
/// let http = ScriptedHTTP([.failure(TransportFailure(.connect)), .answer(HTTPResponse(status: 503)), .hold(held)])
/// …
/// let third = try await http.request(3)  // it has been sent and waits
/// held.answer(HTTPResponse(status: 200, body: …))
/// ```
/// Answers come as they are scripted, whatever a request's limits; no time passes here, so no time-out ends a request
/// that is held. Script ``/ServiceTokenDomain/HTTPResponse/End/tooLong`` and
/// ``/ServiceTokenDomain/TransportFailure/Kind/timeOut`` where a test is about them.
///
/// It may be used from any number of tasks at once.
public final class ScriptedHTTP: Ports.HTTP {
  /// What becomes of one request.
  public enum Reply: Sendable {
    /// It is answered at once.
    case answer(HTTPResponse)
    /// It fails at once.
    case failure(TransportFailure)
    /// It waits until the test answers or fails it, or its task is cancelled. One handle holds one request.
    case hold(Held)
  }

  /// The reply to one request, decided later.
  public final class Held: Sendable {
    fileprivate let promise = Promise<HTTPResponse>()

    /// Makes a handle for one ``Reply/hold(_:)``.
    public init() {}

    /// Answers the request, also one that is still to be sent. Without effect once it was answered, failed or cancelled.
    public func answer(_ response: HTTPResponse) { promise.settle(.success(response)) }

    /// Fails the request, also one that is still to be sent. Without effect once it was answered, failed or cancelled.
    public func fail(_ failure: TransportFailure) { promise.settle(.failure(failure)) }
  }

  private let reply: @Sendable (HTTPRequest, Int) async throws -> HTTPResponse
  private let sent = Journal<HTTPRequest>()
  private let cancelled = Journal<Int>()

  /// Makes a transport that asks `reply` what to answer.
  ///
  /// - Parameter reply: gets the request and its number, from 1; runs in a task that is cancelled with the request.
  ///   It throws what ``/ServiceTokenPorts/Ports/HTTP/send(_:timeout:)`` may.
  public init(_ reply: @escaping @Sendable (HTTPRequest, Int) async throws -> HTTPResponse) {
    self.reply = reply
  }

  /// Makes a transport that gives the replies in order, the first to the first request. Beyond the last it throws
  /// `TransportFailure(.other, "the script has no reply for request N")`.
  public convenience init(_ replies: [Reply]) {
    self.init { _, number in
      guard number <= replies.count else {
        throw TransportFailure(.other, "the script has no reply for request \(number)")
      }
      switch replies[number - 1] {
      case .answer(let response): return response
      case .failure(let failure): throw failure
      case .hold(let held): return try await held.promise.value()
      }
    }
  }

  /// Records the request and replies as scripted.
  ///
  /// - Throws: what the script says; `CancellationError` when the task is cancelled while the request is held, or was so
  ///   before the call, and then nothing is recorded.
  public func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse {
    try Task.checkCancellation()
    let number = sent.append(request)
    do {
      return try await reply(request, number)
    } catch let error as CancellationError {
      cancelled.append(number)
      throw error
    }
  }

  /// The requests so far, in the order in which they were sent.
  public var requests: [HTTPRequest] { sent.entries }

  /// The request with this number, from 1; waits until it has been sent.
  ///
  /// - Throws: `CancellationError` when the task is cancelled first, and nothing else.
  public func request(_ number: Int) async throws -> HTTPRequest { try await sent.entry(number: number) }

  /// How many requests were cancelled while they waited for their reply.
  public var cancelledCount: Int { cancelled.entries.count }

  /// Waits until this many requests have been cancelled while they waited for their reply.
  ///
  /// - Throws: `CancellationError` when the task is cancelled first, and nothing else.
  public func cancelled(_ count: Int) async throws { _ = try await cancelled.entry(number: count) }
}
