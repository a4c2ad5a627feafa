import ServiceTokens

/// Remembers what is seen until the clock goes on, and lets the director wait for it. To be told from any thread.
final class Witness: Sendable {
  private struct State: Sendable {
    var seen: [Happening: Sight] = [:]
    var hits: UInt64 = 0
    var failure: (any Error)?
    /// What the director waits for.
    var wanted: (counts: [Happening: Int], wait: AsyncStream<Never>.Continuation)?

    /// Ends the wait where it is over.
    mutating func look() -> AsyncStream<Never>.Continuation? {
      guard let wanted, failure != nil || has(wanted.counts) else { return nil }
      defer { self.wanted = nil }
      return wanted.wait
    }

    private func has(_ counts: [Happening: Int]) -> Bool {
      counts.allSatisfy { seen[$0.key, default: Sight(happening: $0.key, count: 0)].count >= $0.value }
    }
  }

  private let state = Locked(State())

  /// It was seen once more, or so many times.
  func saw(_ happening: Happening, times count: Int = 1, taking duration: Duration? = nil) {
    let wait = state.withLock { state in
      let before = state.seen[happening]
      let longest = [before?.duration, duration].compactMap { $0 }.max()
      state.seen[happening] = Sight(
        happening: happening, count: (before?.count ?? 0) + count, duration: longest)
      return state.look()
    }
    wait?.finish()
  }

  /// Something ended that should not have; there is nothing left to wait for.
  func lost(_ error: any Error) {
    let wait = state.withLock { state in
      state.failure = state.failure ?? error
      return state.look()
    }
    wait?.finish()
  }

  /// Waits until so much has been seen.
  ///
  /// - Throws: `CancellationError`, at once; the error by which a caller was lost.
  func sees(_ counts: [Happening: Int]) async throws {
    // A stream without elements ends by what is waited for and by cancellation alike.
    let (over, wait) = AsyncStream.makeStream(of: Never.self)
    let isOver = state.withLock { state in
      state.wanted = (counts, wait)
      return state.look() != nil
    }
    if !isOver { for await _ in over {} }
    try Task.checkCancellation()
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  /// Gives what was seen since it was last asked, and `hits` of the snapshot's count: the observer hears of none.
  func sights(hits: UInt64) -> [Sight] {
    state.withLock { state in
      var sights = Array(state.seen.values)
      if hits > state.hits { sights.append(Sight(happening: Happening(.hit), count: Int(hits - state.hits))) }
      state.seen = [:]
      state.hits = hits
      return sights
    }
  }
}
