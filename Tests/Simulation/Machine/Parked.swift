import ServiceTokenPorts

/// One task that waits for one answer of the world.
final class Parked<Value: Sendable>: @unchecked Sendable {
  private var continuation: CheckedContinuation<Value, any Error>?
  private var result: Result<Value, any Error>?

  /// Whether the answer is decided.
  var isOver: Bool { result != nil }

  /// Gives the answer; the first one counts.
  func resume(with result: Result<Value, any Error>) {
    guard self.result == nil else { return }
    self.result = result
    continuation?.resume(with: result)
    continuation = nil
  }

  /// Waits for the answer; `cancelled` is done at once when the task is cancelled.
  func value(whenCancelled cancelled: @escaping @Sendable () -> Void) async throws -> Value {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        if let result { continuation.resume(with: result) } else { self.continuation = continuation }
      }
    } onCancel: {
      cancelled()
    }
  }

  /// The same; `cancelled` is done when `cancellation` is cancelled, too.
  func value(
    endedBy cancellation: Ports.Cancellation, whenCancelled cancelled: @escaping @Sendable () -> Void
  ) async throws -> Value {
    try await cancellation.withHandler {
      try await value(whenCancelled: cancelled)
    } onCancel: {
      cancelled()
    }
  }
}
