import ServiceTokenDomain
import ServiceTokenPorts

/// Everything that a client has begun and that has not ended: fetches and calls. A shutdown closes it to new ones, waits
/// for those that are there, and cancels what has not ended by then.
final class InFlight: Sendable {
  typealias ID = UInt64

  fileprivate struct State {
    var lastID: ID = 0
    var count = 0
    var cancellations: [ID: Ports.Cancellation] = [:]
    var drainers: [ID: CheckedContinuation<Void, Never>] = [:]
    var isClosed = false
    /// What is there has been cancelled, and so is whatever those begin who had been let in.
    var isOver = false
  }

  private let state = Locked(State())

  /// Whether nothing new may begin.
  var isClosed: Bool { state.withLock(\.isClosed) }

  static let shutDown = ServiceTokenError(.shutDown, "the client was shut down")

  /// Lets somebody in who may begin something; nil after a shutdown. It counts as in flight until it has left, so that no
  /// shutdown ends between its being let in and what it begins.
  ///
  /// - Parameter cancellation: what ends it; nil for somebody who begins something, if at all, and leaves.
  func enter(_ cancellation: Ports.Cancellation? = nil) -> ID? {
    state.withLock { state in state.isClosed ? nil : state.add(cancellation) }
  }

  /// A place for what somebody begins who was let in. It is cancelled at once where everything has been.
  func begin(_ cancellation: Ports.Cancellation) -> ID {
    state.withLock { state in
      // Nobody can have asked to hear of it yet, so that this calls nothing.
      if state.isOver { cancellation.cancel() }
      return state.add(cancellation)
    }
  }

  /// It ended, or has left.
  func end(_ id: ID) {
    let drainers = state.withLock { state in
      state.count -= 1
      // Most have none.
      if !state.cancellations.isEmpty { state.cancellations[id] = nil }
      guard state.count == 0 else { return [CheckedContinuation<Void, Never>]() }
      defer { state.drainers = [:] }
      return Array(state.drainers.values)
    }
    for drainer in drainers { drainer.resume() }
  }

  /// Does `body` as one of those in flight; a shutdown cancels what it is given.
  ///
  /// - Throws: what `body` throws, but ``/ServiceTokenDomain/ServiceTokenError/Code/shutDown`` where a shutdown cancelled
  ///   it.
  func run<Output>(_ body: (Ports.Cancellation) async throws -> Output) async throws -> Output {
    try Task.checkCancellation()
    let cancellation = Ports.Cancellation()
    guard let id = enter(cancellation) else { throw Self.shutDown }
    defer { end(id) }
    do {
      return try await body(cancellation)
    } catch let error as CancellationError {
      if isClosed, !Task.isCancelled { throw Self.shutDown }
      throw error
    }
  }

  // MARK: - Shutdown

  /// Lets nothing new begin.
  func close() { state.withLock { $0.isClosed = true } }

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
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          // Cancelled before now, the handler below may have found nobody to release; after, it waits for the lock.
          let isOver = state.count == 0 || Task.isCancelled
          if !isOver { state.drainers[id] = continuation }
          return isOver
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.drainers.removeValue(forKey: id) }?.resume()
    }
  }

  /// Cancels everything that has not ended, and what is still begun by those who were let in.
  func cancelAll() {
    let cancellations = state.withLock { state in
      state.isOver = true
      return Array(state.cancellations.values)
    }
    for cancellation in cancellations { cancellation.cancel() }
  }
}

extension InFlight.State {
  fileprivate mutating func add(_ cancellation: Ports.Cancellation?) -> InFlight.ID {
    lastID += 1
    count += 1
    if let cancellation { cancellations[lastID] = cancellation }
    return lastID
  }
}
