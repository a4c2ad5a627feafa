import ServiceTokenPorts

/// A value that comes once and that one task awaits.
///
/// The first to settle it wins, and cancellation of the awaiting task is one of them: so a value that was delivered is
/// never lost, and one that was not can be delivered to somebody else.
final class Promise<Value: Sendable>: Sendable {
  private enum State: Sendable {
    case open
    case awaited(CheckedContinuation<Value, any Error>)
    case settled(Result<Value, any Error>)
  }

  private let state = Locked(State.open)

  var isSettled: Bool {
    state.withLock { if case .settled = $0 { true } else { false } }
  }

  /// Settles it, unless it is.
  ///
  /// - Returns: whether it was this call that settled it.
  @discardableResult
  func settle(_ result: Result<Value, any Error>) -> Bool {
    let before = state.withLock { state in
      defer { if case .settled = state {} else { state = .settled(result) } }
      return state
    }
    switch before {
    case .open: return true
    case .awaited(let continuation):
      // Outside the lock, because resuming may run code of the awaiting task's executor.
      continuation.resume(with: result)
      return true
    case .settled: return false
    }
  }

  /// The value, once it is there.
  ///
  /// - Parameter promised: shows the promise to those who may settle it. Cancellation counts from before that on, so that
  ///   nobody sees a promise open that a cancelled task has made.
  /// - Throws: the error that it was settled with, which is `CancellationError` when the task was cancelled first.
  func value(promised: () -> Void = {}) async throws -> Value {
    try await withTaskCancellationHandler {
      promised()
      defer { ThreadSanitizer.wasResumed() }
      return try await withCheckedThrowingContinuation { continuation in
        let settled = state.withLock { state -> Result<Value, any Error>? in
          switch state {
          case .open:
            state = .awaited(continuation)
            return nil
          case .awaited: preconditionFailure("only one task may await a promise")
          case .settled(let result): return result
          }
        }
        if let settled { continuation.resume(with: settled) }
      }
    } onCancel: {
      settle(.failure(CancellationError()))
    }
  }
}
