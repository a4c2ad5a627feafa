import ServiceTokenPorts

/// A gate for tasks: those who come wait until it is opened, cancelled or not.
public final class AsyncGate: Sendable {
  private struct State {
    var isOpen = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Locked(State())

  /// Makes a closed gate.
  public init() {}

  /// Whether it was opened.
  public var isOpen: Bool { state.withLock(\.isOpen) }

  /// Lets all through who wait, and all who come later.
  public func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Returns once the gate is open.
  public func passed() async {
    defer { ThreadSanitizer.wasResumed() }
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        if !state.isOpen { state.waiting.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }
}
