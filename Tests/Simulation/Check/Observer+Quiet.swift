import ServiceTokenDomain

/// What must hold whenever nothing can go on until time passes.
extension Observer {
  func quiet() {
    dropRefused()
    endFlights()
    checkWaiters()
    checkFlights()
  }

  /// A token that a server refused is dropped by now, unless the one before it was refused too and it is protected
  /// (SPEC D7).
  private func dropRefused() {
    for token in refused {
      let facts = facts(token.issue.scope)
      let mayBeProtected =
        facts.newestRefused > 0 && now.isBeforeByBoth(token.landed.reading.later(by: 31_000_000_000))
      if !mayBeProtected { token.droppedAt = token.droppedAt ?? step }
      facts.newestRefused = max(facts.newestRefused, token.flight.number)
    }
    refused = []
  }

  private func endFlights() {
    guard flying.contains(where: { $0.state == .running }) else { return }
    for flight in flying where flight.state == .running {
      flight.state = .over
      // With other threads about, it may have been cancelled where no port could see it.
      let mayBeCancelled = flight.isCancelled || traits.preemption > 0 && isNow(lastCancellation)
      if !flight.course.isOver, !mayBeCancelled {
        violation("fetch \(flight.number) ended where \(flight.course.next) was due")
      }
    }
    flying.removeAll { $0.state == .over }
  }

  /// Who waits, waits for something; who was cancelled waits no more.
  private func checkWaiters() {
    guard !calls.isEmpty else { return }
    let known = Set(flying.filter(\.isAlive).compactMap(\.scope))
    var orphans: Set<String> = []
    for call in calls.values {
      if call.cancelled != nil, !(traits.isDeaf && call.portCount > 0) {
        violation("call \(call.number) was cancelled and still waits")
      }
      if call.portCount == 0, !known.contains(call.scope) { orphans.insert(call.scope) }
    }
    // A fetch that still reads the secret has not said for which scope it is.
    if orphans.count > flying.count(where: { $0.isAlive && $0.scope == nil }) {
      violation("\(orphans.sorted().joined(separator: ", ")): somebody waits for a fetch that is not there")
    }
  }

  /// Nothing flies that nobody waits for, refreshes apart.
  private func checkFlights() {
    guard !flying.isEmpty else { return }
    let wanted = wanted()
    for flight in flying where flight.isAlive && !flight.mayBeRefresh {
      if let scope = flight.scope, !wanted.contains(scope) { violation("fetch \(flight.number) goes on for nobody") }
    }
  }

  /// The end of a scenario: the network answered, so all is done.
  func checkEnd() {
    for call in calls.values { violation("call \(call.number) was never answered") }
    if !flying.isEmpty { violation("a fetch never ended") }
  }
}
