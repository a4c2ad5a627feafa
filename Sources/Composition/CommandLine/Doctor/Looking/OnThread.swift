import ServiceTokens

/// Does what blocks on a thread of its own, and leaves it there when the task is cancelled. Not one of Dispatch's: those
/// run the tasks, and on one core there is one.
///
/// - Throws: `CancellationError`, at once.
func onThreadOfItsOwn<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async throws -> Result {
  let caller = Locked(Caller<Result>.expected)
  return try await withTaskCancellationHandler {
    defer { ThreadSanitizer.wasResumed() }
    return try await withCheckedThrowingContinuation { continuation in
      guard caller.withLock({ $0.waits(continuation) }) else {
        return continuation.resume(throwing: CancellationError())
      }
      let work: @Sendable () -> Void = { [body] in
        let result = body()
        caller.withLock { $0.leaves() }?.resume(returning: result)
      }
      // A process that can have no thread has other troubles: then the work is done here.
      if !DetachedThread.start(work) { work() }
    }
  } onCancel: {
    caller.withLock { $0.leaves() }?.resume(throwing: CancellationError())
  }
}

/// Who waits for the thread: to be resumed once, by whichever of the two comes first.
private enum Caller<Result: Sendable> {
  case expected
  case waiting(CheckedContinuation<Result, any Error>)
  case gone

  /// False where it has been cancelled before it began to wait.
  mutating func waits(_ continuation: CheckedContinuation<Result, any Error>) -> Bool {
    guard case .expected = self else { return false }
    self = .waiting(continuation)
    return true
  }

  mutating func leaves() -> CheckedContinuation<Result, any Error>? {
    defer { self = .gone }
    return if case .waiting(let continuation) = self { continuation } else { nil }
  }
}
