import ServiceTokenDomain
import ServiceTokenPorts
import Synchronization

/// Everything that a client has begun and that has not ended: fetches and calls. A shutdown closes it to new ones, waits
/// for those that are there, and cancels what has not ended by then.
final class InFlight: Sendable {
  typealias ID = UInt64

  private struct State {
    var lastID: ID = 0
    var cancellations: [ID: Ports.Cancellation] = [:]
    var drainers: [ID: CheckedContinuation<Void, Never>] = [:]
    /// What is there has been cancelled, and so is whatever those begin who had been let in.
    var isOver = false

    mutating func newID() -> ID {
      lastID += 1
      return lastID
    }
  }

  private let state = Locked(State())
  /// Twice how many are there, and one more once it is closed. Apart from the rest, so that ten thousand who come at once
  /// need no lock.
  private let word = Atomic<UInt64>(0)

  /// Whether nothing new may begin.
  var isClosed: Bool { word.load(ordering: .acquiring) & 1 == 1 }
  private var isEmpty: Bool { word.load(ordering: .acquiring) < 2 }

  // As any error: a copy of the whole would take its room in the frame of everybody who waits.
  static let shutDown: any Error = ServiceTokenError(.shutDown, "the client was shut down")

  /// Lets somebody in who may begin something; false after a shutdown. Whoever was let in leaves, and counts as in flight
  /// until then, so that no shutdown ends between its being let in and what it begins.
  func enter() -> Bool {
    let isOpen = word.wrappingAdd(2, ordering: .acquiringAndReleasing).oldValue & 1 == 0
    if !isOpen { leave() }
    return isOpen
  }

  /// Who was let in is gone.
  func leave() {
    guard word.wrappingSubtract(2, ordering: .acquiringAndReleasing).newValue == 1 else { return }
    let drainers = state.withLock { state in
      defer { state.drainers = [:] }
      return state.drainers.values
    }
    for drainer in drainers { drainer.resume() }
  }

  /// What somebody begins who was let in: it is in flight until ``end(_:)``, and is cancelled at once where everything has
  /// been.
  func begin(_ cancellation: Ports.Cancellation) -> ID {
    word.wrappingAdd(2, ordering: .acquiringAndReleasing)
    return state.withLock { state in
      // Nobody can have asked to hear of it yet, so that this calls nothing.
      if state.isOver { cancellation.cancel() }
      let id = state.newID()
      state.cancellations[id] = cancellation
      return id
    }
  }

  /// It ended.
  func end(_ id: ID) {
    state.withLock { $0.cancellations[id] = nil }
    leave()
  }

  /// Does `body` as one of those in flight; a shutdown cancels what it is given.
  ///
  /// - Throws: what `body` throws, but ``/ServiceTokenDomain/ServiceTokenError/Code/shutDown`` where a shutdown cancelled
  ///   it.
  func run<Output>(_ body: (Ports.Cancellation) async throws -> Output) async throws -> Output {
    try Task.checkCancellation()
    guard enter() else { throw Self.shutDown }
    let cancellation = Ports.Cancellation()
    let id = begin(cancellation)
    leave()
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
  func close() { word.bitwiseOr(1, ordering: .acquiringAndReleasing) }

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
    let id = state.withLock { $0.newID() }
    await withTaskCancellationHandler {
      defer { ThreadSanitizer.wasResumed() }
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          // Cancelled before now, the handler below may have found nobody to release; after, it waits for the lock.
          let isOver = isEmpty || Task.isCancelled
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
