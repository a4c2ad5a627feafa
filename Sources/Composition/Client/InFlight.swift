import ServiceTokenDomain
import ServiceTokenPorts
import Synchronization

/// Everything that a client has begun and that has not ended: fetches and calls. A shutdown closes it to new ones, waits
/// for those that are there, and cancels what has not ended by then.
final class InFlight: Sendable {
  typealias ID = UInt64

  private struct State {
    var lastID: ID = 0
    var running: Set<ID> = []
    var cancels: [ID: @Sendable () -> Void] = [:]
    var drainers: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Locked(State())
  private let closed = Atomic(false)

  /// Whether nothing new may begin.
  var isClosed: Bool { closed.load(ordering: .acquiring) }

  /// Lets something begin, unless the client was shut down.
  ///
  /// - Throws: ``/ServiceTokenDomain/ServiceTokenError/Code/shutDown``.
  func checkOpen() throws {
    if isClosed { throw Self.shutDown }
  }

  static let shutDown = ServiceTokenError(.shutDown, "the client was shut down")

  /// A place for something that is about to begin.
  func reserve() -> ID {
    state.withLock { state in
      state.lastID += 1
      state.running.insert(state.lastID)
      return state.lastID
    }
  }

  /// It began, and can be cancelled; without effect where it has ended.
  func began(_ id: ID, cancel: @escaping @Sendable () -> Void) {
    state.withLock { state in
      if state.running.contains(id) { state.cancels[id] = cancel }
    }
  }

  /// It ended.
  func end(_ id: ID) {
    let drainers = state.withLock { state in
      state.running.remove(id)
      state.cancels[id] = nil
      guard state.running.isEmpty else { return [CheckedContinuation<Void, Never>]() }
      defer { state.drainers = [] }
      return state.drainers
    }
    for drainer in drainers { drainer.resume() }
  }

  /// Does `body` as one of those in flight.
  ///
  /// - Throws: what `body` throws, but ``/ServiceTokenDomain/ServiceTokenError/Code/shutDown`` where a shutdown cancelled
  ///   it.
  func run<Output: Sendable>(_ body: @escaping @Sendable () async throws -> Output) async throws -> Output {
    try checkOpen()
    let id = reserve()
    defer { end(id) }
    let task = Task { try await body() }
    began(id, cancel: task.cancel)
    do {
      return try await withTaskCancellationHandler {
        try await task.value
      } onCancel: {
        task.cancel()
      }
    } catch let error as CancellationError {
      if isClosed, !Task.isCancelled { throw Self.shutDown }
      throw error
    }
  }

  // MARK: - Shutdown

  /// Lets nothing new begin.
  func close() { closed.store(true, ordering: .releasing) }

  /// Waits until nothing is in flight, and for no longer than `limit`.
  func drain(within limit: Duration, _ clock: any Ports.Clock) async {
    await withTaskGroup { group in
      group.addTask { try? await clock.sleep(for: limit) }
      group.addTask { await self.drained() }
      await group.next()
      group.cancelAll()
    }
  }

  private func drained() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          // Cancelled before now, the handler below may have found nobody to release; after, it waits for the lock.
          let isOver = state.running.isEmpty || Task.isCancelled
          if !isOver { state.drainers.append(continuation) }
          return isOver
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      releaseDrainers()
    }
  }

  private func releaseDrainers() {
    let drainers = state.withLock { state in
      defer { state.drainers = [] }
      return state.drainers
    }
    for drainer in drainers { drainer.resume() }
  }

  /// Cancels everything that has not ended.
  func cancelAll() {
    let cancels = state.withLock { Array($0.cancels.values) }
    for cancel in cancels { cancel() }
  }
}
