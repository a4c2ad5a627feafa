extension Ports {
  /// Ends what a task waits for, and leaves the task alone: a client that is shut down ends the calls that are in flight,
  /// whose tasks are their callers' and go on.
  ///
  /// A task for each call would do that too. Its end would then wake the caller's by way of the executor, which costs a
  /// call more than all that the client does for it.
  ///
  /// Safe to use from any number of tasks.
  public final class Cancellation: Sendable {
    private struct State {
      var isCancelled = false
      var lastID = 0
      var handlers: [(id: Int, handler: @Sendable () -> Void)] = []
    }

    private let state = Locked(State())

    /// Makes one that has not been cancelled.
    public init() {}

    /// Whether it was cancelled, which is for good.
    public var isCancelled: Bool { state.withLock(\.isCancelled) }

    /// What `Task.checkCancellation()` is for the calling task, for both.
    ///
    /// - Throws: `CancellationError` where this or the calling task was cancelled.
    public func check() throws {
      if isCancelled || Task.isCancelled { throw CancellationError() }
    }

    /// Calls the handlers of all operations that are under way, and of those that still begin.
    public func cancel() {
      let handlers = state.withLock { state in
        state.isCancelled = true
        defer { state.handlers = [] }
        return state.handlers
      }
      for (_, handler) in handlers { handler() }
    }

    /// Does `operation`. Where it is cancelled before that has ended, or was before it began, `handler` is called, once,
    /// on any thread; it may still run when the operation has just ended. The calling task's own cancellation does
    /// not call it.
    ///
    /// - Throws: what `operation` throws.
    public func withHandler<Output>(
      operation: () async throws -> Output, onCancel handler: @escaping @Sendable () -> Void
    ) async rethrows -> Output {
      let id: Int? = state.withLock { state in
        guard !state.isCancelled else { return nil }
        state.lastID += 1
        state.handlers.append((state.lastID, handler))
        return state.lastID
      }
      if id == nil { handler() }
      defer {
        // Taken out under the lock, and given up after it: what a handler holds may be anybody's.
        _ = state.withLock { state in
          state.handlers.firstIndex { $0.id == id }.map { state.handlers.remove(at: $0) }
        }
      }
      return try await operation()
    }

    /// Does `operation` in a task of its own, which is cancelled with this and with the calling task: for what knows of
    /// a task's cancellation alone. It begins on the calling thread where the system can do that.
    ///
    /// - Throws: what `operation` throws; `CancellationError` where either was cancelled before, and the operation does
    ///   not begin.
    public func run<Output: Sendable>(
      _ operation: @escaping @Sendable () async throws -> Output
    ) async throws -> Output {
      try check()
      let task = Self.start(operation)
      return try await withHandler {
        try await withTaskCancellationHandler {
          try await task.value
        } onCancel: {
          task.cancel()
        }
      } onCancel: {
        task.cancel()
      }
    }

    private static func start<Output: Sendable>(
      _ operation: @escaping @Sendable () async throws -> Output
    ) -> Task<Output, any Error> {
      if #available(macOS 26, iOS 26, tvOS 26, watchOS 26, visionOS 26, *) {
        Task.immediate { try await operation() }
      } else {
        Task { try await operation() }
      }
    }
  }
}
