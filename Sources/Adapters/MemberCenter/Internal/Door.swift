import ServiceTokenDomain
import ServiceTokenPorts

/// Lets requests pass, or holds them until it opens.
///
/// A waiting task waits for the end of a stream that has no elements: it ends by opening and by the task's cancellation
/// alike, and no continuation can be forgotten or resumed twice.
final class Door: Sendable {
  private typealias Wait = AsyncStream<Never>.Continuation

  private struct State: Sendable {
    var isShut = false
    var lastID = 0
    var held: [Int: Wait] = [:]
    var watchers: [Int: (count: Int, wait: Wait)] = [:]

    mutating func nextID() -> Int {
      lastID += 1
      return lastID
    }
  }

  private let state = Locked(State())

  func shut() { state.withLock { $0.isShut = true } }

  func open() {
    let held = state.withLock { state in
      defer { (state.isShut, state.held) = (false, [:]) }
      return state.held.values
    }
    for wait in held { wait.finish() }
  }

  /// Returns at once while the door is open, else when it opens.
  ///
  /// - Throws: a time-out; `CancellationError`.
  func pass(within timeout: Duration, by clock: any Ports.Clock) async throws {
    guard let opening = knock() else { return }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for await _ in opening {}
        try Task.checkCancellation()
      }
      group.addTask {
        try await clock.sleep(for: timeout)
        throw TransportFailure(.timeOut, "the embedded Member Center holds the request")
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  /// Waits until `count` requests are held.
  func held(_ count: Int) async {
    let (reached, wait) = AsyncStream.makeStream(of: Never.self)
    let isReached = state.withLock { state in
      if state.held.count >= count { return true }
      state.watchers[state.nextID()] = (count, wait)
      return false
    }
    if isReached { return }
    for await _ in reached {}
  }

  private func knock() -> AsyncStream<Never>? {
    let (opening, wait) = AsyncStream.makeStream(of: Never.self)
    let (id, reached) = state.withLock { state -> (Int?, [Wait]) in
      guard state.isShut else { return (nil, []) }
      let id = state.nextID()
      state.held[id] = wait
      let reached = state.watchers.filter { $0.value.count <= state.held.count }
      for key in reached.keys { state.watchers[key] = nil }
      return (id, reached.values.map(\.wait))
    }
    guard let id else { return nil }
    // Whoever gives up waiting is no longer held.
    wait.onTermination = { [state] _ in state.withLock { _ = $0.held.removeValue(forKey: id) } }
    for watcher in reached { watcher.finish() }
    return opening
  }
}
