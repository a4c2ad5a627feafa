import Foundation
import ServiceTokenPorts

/// Does something again and again until it is stopped, on a thread of its own: tasks share as many threads as there are
/// cores, and one that never waits would keep a thread from all others.
public final class Churn: Sendable {
  private struct State {
    var isStopped = false
    var end: Result<Void, any Error>?
    var waiter: CheckedContinuation<Void, any Error>?
  }

  private let state = Locked(State())

  /// Begins; `body` gets the number of the round, from 1, and ends it all where it throws.
  public init(_ body: @escaping @Sendable (Int) throws -> Void) {
    Thread.detachNewThread { [state] in
      let end = Result {
        var round = 0
        while !state.withLock(\.isStopped) {
          round += 1
          try body(round)
        }
      }
      state.withLock { state in
        state.end = end
        return state.waiter
      }?.resume(with: end)
    }
  }

  /// Lets the round that runs be the last, and waits for its end.
  ///
  /// - Throws: what a round threw.
  public func stop() async throws {
    defer { ThreadSanitizer.wasResumed() }
    try await withCheckedThrowingContinuation { continuation in
      let end = state.withLock { state in
        state.isStopped = true
        if state.end == nil { state.waiter = continuation }
        return state.end
      }
      if let end { continuation.resume(with: end) }
    }
  }
}
