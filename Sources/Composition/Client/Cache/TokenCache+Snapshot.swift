import ServiceTokenDomain
import ServiceTokenPorts

extension TokenCache {
  /// How the cache is doing.
  func snapshot(isShutDown: Bool) -> ClientSnapshot {
    let now = clock.now()
    var snapshot = state.withLock { state in
      ClientSnapshot(
        entries: state.slots.all.map { $0.snapshot(at: now) },
        closedGates: state.gates.compactMapValues { $0.machine.timeClosed(at: now) },
        hits: state.hits &+ state.slots.all.reduce(0) { $0 &+ ($1.entry.handles?.copies.hits ?? 0) },
        misses: state.misses, isShutDown: isShutDown)
    }
    snapshot.hits &+= copies.hits
    snapshot.entries.sort {
      ($0.endpoint.text, $0.request.scope.text) < ($1.endpoint.text, $1.request.scope.text)
    }
    return snapshot
  }
}

extension TokenSlot {
  /// Called under the cache's lock.
  fileprivate func snapshot(at now: Reading) -> ClientSnapshot.Entry {
    let window = entry.readable
    let state: ClientSnapshot.Entry.State =
      switch window {
      case nil: .absent
      case let window? where !window.isFresh(at: now): .stale
      case let window?: window.isRefreshDue(at: now) ? .refreshDue : .fresh
      }
    let refreshFrom = window.map(\.refreshFrom).flatMap { $0 == .distantFuture ? nil : $0 }
    return ClientSnapshot.Entry(
      endpoint: key.endpoint, request: key.request, state: state, isFetching: entry.machine.generationInFlight != nil,
      waiters: entry.flight?.waiters.count ?? 0, age: entry.token.map { now.elapsed(since: $0.sentAt) },
      timeToRefresh: refreshFrom.map { now.time(until: $0) },
      timeToExpiry: entry.token.map { now.time(until: $0.sentAt.advanced(by: $0.expiresIn)) },
      lastOutcome: entry.lastOutcome, failuresInARow: entry.machine.failuresInARow)
  }
}
