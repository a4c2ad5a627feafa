import Foundation
import ServiceTokenDomain

/// One request and its answer as far as it has come; its caller is resumed exactly once, by whichever comes first of the
/// answer's end, its limit, the deadline and the cancellation. What comes later is dropped.
///
/// `@unchecked`, because the compiler cannot see that `lock` guards everything that changes.
final class Exchange: @unchecked Sendable {
  private typealias Outcome = Result<HTTPResponse, any Error>

  private let lock = NSLock()
  private let limits: HTTPRequest.Limits
  private let start = ContinuousClock.now
  private var answer: HTTPResponse?
  private var caller: CheckedContinuation<HTTPResponse, any Error>?
  private var hasEnded = false
  /// How it ended before its caller waited.
  private var early: Outcome?

  init(limits: HTTPRequest.Limits) { self.limits = limits }

  /// Takes the caller's continuation. False when it has been cancelled before: the caller is resumed, nothing is to do.
  func park(_ continuation: CheckedContinuation<HTTPResponse, any Error>) -> Bool {
    let outcome = lock.withLock {
      if early == nil { caller = continuation }
      return early
    }
    if let outcome { continuation.resume(with: outcome) }
    return outcome == nil
  }

  /// Whether nobody waits any more.
  var isFinished: Bool { lock.withLock { hasEnded } }

  /// Whether the head has come.
  var hasHead: Bool { lock.withLock { answer != nil } }

  /// The caller's task was cancelled, or the request.
  func cancel() {
    finish { _ in .failure(CancellationError()) }
  }

  /// A head has come.
  func takeHead(status: Int, headers: HTTPHeaders) {
    lock.withLock {
      guard !hasEnded else { return }
      answer = HTTPResponse(status: status, headers: headers, timeToHead: ContinuousClock.now - start)
    }
  }

  /// A piece of the body has come.
  func takeBody(_ piece: Data) {
    let isTooLong = lock.withLock {
      guard !hasEnded, let answer else { return false }
      let room = max(0, limits.bytes(forStatus: answer.status) - answer.body.count)
      self.answer?.body.append(contentsOf: piece.prefix(room))
      return piece.count > room
    }
    if isTooLong { finish(with: .tooLong) }
  }

  /// The answer has come to its end.
  func complete() { finish(with: .complete) }

  /// No more will come: an error before the head, an end of the answer after it.
  func breakOff(_ failure: TransportFailure) {
    finish(with: .brokenOff(failure), or: failure)
  }

  #if canImport(Darwin)
    private var task: URLSessionTask?

    /// `task` carries it; it is cancelled when nobody waits any more.
    func onTheWire(_ task: URLSessionTask) {
      let isLate = lock.withLock {
        self.task = task
        return hasEnded
      }
      if isLate { task.cancel() }
    }

    /// Ends the request on the wire, if it has not ended.
    func endOnTheWire() {
      lock.withLock { task }?.cancel()
    }
  #endif

  private func finish(
    with end: HTTPResponse.End, or failure: TransportFailure = TransportFailure(.brokenOff, "the answer has no head")
  ) {
    finish { answer in
      guard var answer else { return .failure(failure) }
      answer.end = end
      return .success(answer)
    }
  }

  private func finish(_ makeOutcome: (HTTPResponse?) -> Outcome) {
    let (waiting, outcome): (CheckedContinuation<HTTPResponse, any Error>?, Outcome?) = lock.withLock {
      guard !hasEnded else { return (nil, nil) }
      hasEnded = true
      let outcome = makeOutcome(answer)
      // The session may hold the exchange for long after: the answer goes with its caller.
      defer { (caller, answer) = (nil, nil) }
      if caller == nil { early = outcome }
      return (caller, outcome)
    }
    if let outcome { waiting?.resume(with: outcome) }
  }
}
