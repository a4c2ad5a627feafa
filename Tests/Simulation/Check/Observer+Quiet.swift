import ServiceTokenDomain

/// What must hold whenever nothing can go on until time passes.
extension Observer {
  func quiet() {
    quietCount += 1
    dropRefused()
    endFlights()
    checkWaiters()
    checkFlights()
  }

  /// A token that a server refused is dropped by now, unless the one before it was refused too and it is protected
  /// (SPEC D7).
  private func dropRefused() {
    for (token, mayBeProtected) in refused {
      let facts = facts(token.issue.scope)
      if !mayBeProtected {
        facts.wasRefused = token.droppedAt == nil && token === facts.tokens.last && token.isReceived && !mayHaveEvicted
        token.droppedAt = token.droppedAt ?? step
      }
    }
    refused.removeAll(keepingCapacity: true)
  }

  private func endFlights() {
    guard flying.contains(where: { $0.state == .running }) else { return }
    for flight in flying where flight.state == .running {
      flight.state = .over
      guard !flight.isCancelled, !flight.course.isOver else { continue }
      if let failure = flight.course.mayEnd.first {
        failed(flight, failure)
      } else if mayHaveCancelled || closed.map({ isNow($0.reading.monotonic) }) ?? false {
        // It was cancelled where no port could see it.
        gate.abandoned(flight, at: now)
      } else {
        violation("fetch \(flight.number) ended where \(flight.course.next) was due")
      }
    }
    flying.removeAll { $0.state == .over }
  }

  /// Who waits, waits for something; who was cancelled waits no more.
  private func checkWaiters() {
    guard !calls.isEmpty else { return }
    for flight in flying where flight.isAlive { flight.scope?.lastFlying = quietCount }
    // A fetch that still reads the secret has not said for which scope it is.
    let namelessCount = flying.count { $0.isAlive && $0.scope == nil }
    var lost: Set<ScopeFacts> = []
    for call in calls.values {
      if call.cancelled != nil, !(traits.isDeaf && call.elsewhere > 0) {
        violation("call \(call.number) was cancelled and still waits")
      }
      guard call.wantsToken, !call.scopes.contains(where: { $0.lastFlying == quietCount }) else { continue }
      if call.scopes.count == 1 { lost.insert(call.scope) }
      if namelessCount == 0 { violation("call \(call.number) waits for fetches that are not there") }
    }
    if lost.count > namelessCount {
      violation("\(lost.map(\.name).sorted().joined(separator: ", ")): somebody waits for a fetch that is not there")
    }
  }

  /// Nothing flies that nobody waits for, refreshes apart, and what somebody left who had no time.
  private func checkFlights() {
    guard !flying.isEmpty else { return }
    for call in calls.values where call.cancelled == nil && call.wantsToken {
      for scope in call.scopes { scope.lastWanted = quietCount }
    }
    for flight in flying where flight.isAlive && !flight.mayBeRefresh && !flight.mayFlyAlone {
      if let scope = flight.scope, scope.lastWanted != quietCount {
        violation("fetch \(flight.number) goes on for nobody")
      }
    }
  }

  // MARK: - What the client says of itself

  /// Called when all is quiet: what a health page shows is what is.
  func check(_ snapshot: ClientSnapshot) {
    tally.count(.inspected)
    checkText("\(snapshot)", of: "a snapshot")
    if snapshot.isShutDown != (closing != nil) { violation("a snapshot does not know about the shutdown") }
    if gate.isSettled(at: now), closed == nil {
      let time = snapshot.closedGates[.serviceToken]
      if (time == nil) != gate.isOpen { violation("a snapshot shows a gate as \(time == nil ? "open" : "closed")") }
    }
    // Who is awaited stays, also beyond the limit, and goes when there is a next one.
    let limit = max(traits.maximumScopes, mostAwaited + traits.handleCount + 1)
    if snapshot.entries.count > limit { violation("\(snapshot.entries.count) scopes are remembered") }
    for entry in snapshot.entries { check(entry) }
  }

  private func check(_ entry: ClientSnapshot.Entry) {
    let scope = facts(entry.request.scope.text)
    let isPrewarmed = calls.values.contains { $0.errand == .prewarm && $0.scopes.contains(scope) }
    let waiters = calls.values.count { $0.errand != .prewarm && $0.wantsToken && $0.scope == scope }
    if entry.waiters != waiters, !isPrewarmed {
      violation("a snapshot shows \(entry.waiters) waiters of \(scope.name)")
    }
    let flight = flying.contains { $0.isAlive && $0.scope == scope }
    let mayBeFlight = flight || flying.contains { $0.isAlive && $0.scope == nil }
    if entry.isFetching ? !mayBeFlight : flight { violation("a snapshot does not see the fetch of \(scope.name)") }
    if let held = held(scope) {
      if (entry.state == .fresh || entry.state == .refreshDue) != held.isFresh(at: now) {
        violation("a snapshot shows \(scope.name) as \(entry.state)")
      }
      let age = Duration.nanoseconds(now.monotonic - held.sentAt.monotonic)
      if let said = entry.age, said > age + slack || said < age - slack { violation("a snapshot shows a wrong age") }
    }
  }

  /// The end of a scenario: the network answered, so all is done.
  func checkEnd() {
    for call in calls.values { violation("call \(call.number) was never answered") }
    if !flying.isEmpty { violation("a fetch never ended") }
    if sleeperCount > 0 { violation("somebody sleeps for ever") }
  }
}
