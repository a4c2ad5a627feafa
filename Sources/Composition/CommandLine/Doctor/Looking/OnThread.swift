import Dispatch
import ServiceTokens

/// Does what blocks on a thread that no other task needs, and leaves it there when the task is cancelled.
///
/// - Throws: `CancellationError`, at once.
func onThreadOfItsOwn<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async throws -> Result {
  let pending = Locked(Pending<Result>.none)
  return try await withTaskCancellationHandler {
    try await withCheckedThrowingContinuation { continuation in
      let isTooLate = pending.withLock { pending in
        if case .cancelled = pending { return true }
        pending = .waiting(continuation)
        return false
      }
      guard !isTooLate else { return continuation.resume(throwing: CancellationError()) }
      DispatchQueue.global().async {
        let result = body()
        pending.withLock { $0.taken() }?.resume(returning: result)
      }
    }
  } onCancel: {
    pending.withLock { $0.cancelled() }?.resume(throwing: CancellationError())
  }
}

/// Who waits for the thread, to be resumed once.
private enum Pending<Result: Sendable> {
  case none
  case waiting(CheckedContinuation<Result, any Error>)
  case cancelled

  mutating func taken() -> CheckedContinuation<Result, any Error>? {
    guard case .waiting(let continuation) = self else { return nil }
    self = .none
    return continuation
  }

  mutating func cancelled() -> CheckedContinuation<Result, any Error>? {
    defer { self = .cancelled }
    return taken()
  }
}
