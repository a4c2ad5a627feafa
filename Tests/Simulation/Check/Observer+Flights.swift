import ServiceTokenDomain

/// What fetches do at the ports.
extension Observer {
  // MARK: - The secret

  func secretAsked(isCancelled: Bool) -> Flight {
    if Call.current != nil { violation("a shared fetch knows the task of one of its callers") }
    guard let task = TaskID.current else { preconditionFailure("a port was called outside of a task") }
    if let flight = flights[task], flight.state == .running, flight.course.next == .secretAgain {
      note("fetch \(flight.number) reads the secret again")
      tally.count(.secretReread)
      enter(flight)
      return flight
    }
    let flight = begin(isCancelled: isCancelled)
    flights[task] = flight
    return flight
  }

  private func begin(isCancelled: Bool) -> Flight {
    lastFlight += 1
    let moment = note("fetch \(lastFlight) begins\(isCancelled ? ", cancelled" : "")")
    let flight = Flight(
      lastFlight, moment, Course(.serviceToken, hasJitter: traits.jitter == .full, began: now.monotonic),
      wanted: wanted(), read: Set(scopes.values.filter { isNow($0.lastRead) || isNow($0.lastGivenUp) }),
      held: Set(scopes.values.filter { held($0)?.isFresh(at: now) ?? false }))
    flying.append(flight)
    flight.isCancelled = isCancelled
    flight.state = .waiting
    guard !flight.isCancelled else { return flight }
    switch gate.admit(flight, at: now) {
    case .free: break
    case .probe:
      flight.course.attempts = 1
      tally.count(.probe)
    case .unknown: flight.course.mayBeProbe = true
    case .violation(let what): if closing == nil { violation(what) }
    }
    checkOpen(flight)
    return flight
  }

  /// After a shutdown has begun only those who were let in before get what they need.
  private func checkOpen(_ flight: Flight) {
    guard let closing, !isNow(closing.reading.monotonic) else { return }
    let isLetIn = calls.values.contains { ($0.began?.step ?? .max) < closing.step && $0.errand == .download }
    if closed != nil || !isLetIn { violation("a fetch begins after the shutdown") }
  }

  func secretGiven(_ secret: String, to flight: Flight) {
    leave(flight, "fetch \(flight.number) has the secret")
    if flight.course.next == .secretAgain {
      let isOther = secret != flight.secret
      if isOther { tally.count(.secretChanged) }
      flight.course.hasSecretAgain(isOther: isOther, at: now.monotonic)
      mayHaveFailed(flight)
    } else {
      flight.course.hasCredential()
    }
    flight.secret = secret
  }

  func secretRefused(_ error: any Error, to flight: Flight) {
    leave(flight, "fetch \(flight.number) has no secret: \(error is CancellationError ? "cancelled" : "failed")")
    guard !(error is CancellationError) else { return }
    flight.course.hasNoSecret()
    mayHaveFailed(flight)
  }

  /// The scopes that somebody waits for who was not cancelled.
  func wanted() -> Set<ScopeFacts> {
    var wanted: Set<ScopeFacts> = []
    for call in calls.values where call.cancelled == nil && call.wantsToken { wanted.formUnion(call.scopes) }
    return wanted
  }

  // MARK: - Requests

  /// Nil for a request that makes no sense.
  func sent(_ request: ReceivedRequest, timeout: Duration) -> Exchange? {
    tally.count(.request)
    switch request.content {
    case .token(let scope, let secret): return sent(facts(scope), secret, timeout)
    case .download(let bearer): return sent(bearer, timeout)
    }
  }

  private func sent(_ scope: ScopeFacts, _ secret: String, _ timeout: Duration) -> Exchange? {
    if Call.current != nil { violation("a shared fetch knows the task of one of its callers") }
    guard let flight = TaskID.current.flatMap({ flights[$0] }), flight.state == .running else {
      violation("a token is asked for without a look at the secret")
      return nil
    }
    if Task.isCancelled { flight.isCancelled = true }
    if closed != nil, !flight.isCancelled { violation("a request after the shutdown") }
    let isFirst = flight.scope == nil
    flight.scope = flight.scope ?? scope
    enter(flight)
    let moment = note("fetch \(flight.number) asks for \(scope.name), attempt \(flight.course.requestCount + 1)")
    if flight.course.next != .request { violation("a request where \(flight.course.next) was due") }
    if flight.scope != scope { violation("one fetch asks for two scopes") }
    if flight.secret != secret { violation("the secret that is sent is not the one that the source gave") }
    let problem = flight.course.sent(timeout: timeout, at: now.monotonic, slack: slack)
    if let problem { violation(problem) }
    if isFirst { named(flight, scope) }
    if !isFirst, let until = gate.closedUntil, now.isBeforeByBoth(until) { tally.count(.requestBesideGate) }
    return Exchange(.flight(flight), moment)
  }

  /// It is now known what the fetch is for: was there a reason to begin it?
  private func named(_ flight: Flight, _ scope: ScopeFacts) {
    for other in scope.flights where other.number != flight.number && !other.isCancelled {
      if other.state == .waiting || other.lastReturn > flight.began.step {
        violation("two fetches of one scope at once")
      }
    }
    scope.add(flight)
    guard !flight.isCancelled else { return }
    switch (flight.mayBeDemand, flight.mayBeRefresh) {
    case (false, false):
      // One who was cancelled while it came may have begun it, and ends it at once.
      if !mayHaveCancelled { violation("a fetch that nobody wants") }
    case (true, false):
      tally.count(.demand)
      if flight.held.contains(scope), !mayHaveEvicted, lastJump != flight.began.reading.monotonic {
        violation("a fetch although a fresh token is there")
      }
    case (false, true):
      tally.count(.refresh)
      if let paused = scope.pausedUntil, flight.began.reading.isBeforeByBoth(paused) {
        violation("a refresh that is not paced")
      }
    case (true, true):
      tally.count(.demandOrRefresh)
    }
  }

  func returned(_ exchange: Exchange, _ reply: Reply) {
    switch exchange.owner {
    case .call(let call): returned(call, reply)
    case .flight(let flight): returned(flight, exchange, reply)
    }
  }

  private func returned(_ flight: Flight, _ exchange: Exchange, _ reply: Reply) {
    let moment = leave(flight, "fetch \(flight.number) gets \(reply.name)")
    flight.course.replied(reply, at: now.monotonic)
    if case .answer(let meaning) = reply, meaning.isGood, let issue = meaning.issue {
      let token = TokenFacts(issue, flight, sentAt: exchange.sentAt.reading, landed: moment, traits)
      tokens[issue.value] = token
      guard !flight.isCancelled else { return token.isOrphan = true }
      landed(token, moment)
    } else {
      mayHaveFailed(flight)
    }
  }

  private func landed(_ token: TokenFacts, _ moment: Moment) {
    let scope = facts(token.issue.scope)
    token.flight.landed = moment
    if let last = scope.tokens.last, !last.isFresh(at: now) { tally.count(.lapsed) }
    // Who came while it was on its way, and was held up, may find it in its window already.
    if traits.preemption > 0, scope.callCount > 0, token.mayBeDue(at: now) { scope.lastRead = now.monotonic }
    if token.flight.course.attempts == 1 { tally.count(.probeSucceeded) }
    if scope.wasRefused { token.protectedUntil = now.later(by: 30_000_000_000 - slack.nanoseconds) }
    scope.wasRefused = false
    scope.add(token)
    scope.failuresInARow = 0
    scope.pausedUntil = nil
    gate.succeeded(token.flight, at: now, isSure: isOrderSure)
    lastLanding = now.monotonic
  }

  // MARK: - Failing

  /// Where a fetch is over, or may be, its failure may reach callers.
  private func mayHaveFailed(_ flight: Flight) {
    guard !flight.isCancelled, let failure = flight.course.failures.first else { return }
    let moment = note("fetch \(flight.number) \(flight.course.isOver ? "has" : "may have") failed: \(failure)")
    flight.landed = moment
    if let scope = flight.scope {
      scope.addFailure(flight)
    } else {
      namelessFailures.append(flight)
      if namelessFailures.count > 64 { namelessFailures.removeFirst(32) }
    }
    if flight.course.isOver { failed(flight, failure) } else { gate.mayHaveFailed(failure, at: now) }
  }

  /// A fetch is over, without a token.
  func failed(_ flight: Flight, _ failure: Failure) {
    let wasOpen = gate.isOpen
    gate.failed(flight, failure, at: now, isSure: isOrderSure)
    lastLanding = now.monotonic
    if wasOpen, !gate.isOpen { tally.count(.gateClosed) }
    guard let scope = flight.scope else { return }
    if !flight.mayBeDemand {
      tally.count(.refreshFailed)
      scope.pausedUntil = now.later(by: Int64(min(1 << min(scope.failuresInARow, 5), 30)) * 1_000_000_000)
    } else if flight.mayBeRefresh {
      // It may have counted as a refresh or not.
      scope.pausedUntil = nil
    }
    if !mayHaveCancelled { scope.failuresInARow += 1 }
  }

  // MARK: - Sleeping

  enum Sleeper: Sendable {
    case flight(Flight)
    case call(Call)
    case other
  }

  func sleepBegan(_ duration: Duration) -> Sleeper {
    tally.count(.sleep)
    if let call = Call.current, call.errand == .download {
      note("call \(call.number) sleeps for \(duration)")
      call.elsewhere += 1
      check(duration, call.course?.next)
      return .call(call)
    }
    if let flight = TaskID.current.flatMap({ flights[$0] }), flight.state == .running, case .sleep = flight.course.next
    {
      if Task.isCancelled { flight.isCancelled = true }
      note("fetch \(flight.number) sleeps for \(duration)")
      enter(flight)
      check(duration, flight.course.next)
      return .flight(flight)
    }
    note("somebody sleeps for \(duration)")
    sleeperCount += 1
    let isDeadline = calls.values.contains { $0.limit.map { $0 >= duration } ?? false }
    let isShutdown = closing != nil && closed == nil && duration == traits.shutdownLimit
    if !isDeadline, !isShutdown, !Task.isCancelled { violation("a sleep for which there is no reason") }
    return .other
  }

  private func check(_ duration: Duration, _ next: Course.Next?) {
    // A date is rounded to seconds, which a tick may lead across one.
    let slack = traits.tick > 0 ? Duration.seconds(1) : .zero
    guard case .sleep(let due) = next, duration >= due.lowerBound - slack, duration <= due.upperBound + slack else {
      return violation("a sleep of \(duration) where \(next.map { "\($0)" } ?? "nothing") was due")
    }
  }

  func sleepEnded(_ sleeper: Sleeper, isCancelled: Bool) {
    switch sleeper {
    case .flight(let flight):
      leave(flight, "fetch \(flight.number) wakes")
      guard !isCancelled else { return }
      flight.course.slept(at: now.monotonic)
      mayHaveFailed(flight)
    case .call(let call):
      note("call \(call.number) wakes")
      call.elsewhere -= 1
      if !isCancelled { call.course?.slept(at: now.monotonic) }
    case .other:
      note("somebody wakes")
      sleeperCount -= 1
    }
  }

  // MARK: - Coming and going

  func cancelled(_ flight: Flight) {
    if !flight.isCancelled {
      tally.count(.flightCancelled)
      if flight.mustFlyAlone, closing == nil {
        violation("a fetch ended with its waiters, though it was left to go on")
      }
    }
    flight.isCancelled = true
    note("fetch \(flight.number) is cancelled")
    gate.abandoned(flight, at: now)
  }

  func cancelled(_ exchange: Exchange) {
    if case .flight(let flight) = exchange.owner { cancelled(flight) }
  }

  func cancelled(_ sleeper: Sleeper) {
    if case .flight(let flight) = sleeper { cancelled(flight) }
  }

  private func enter(_ flight: Flight) {
    flight.state = .waiting
    guard let scope = flight.scope, !flight.isCancelled else { return }
    for other in scope.flights where other.number != flight.number && other.isAlive {
      violation("two fetches of one scope at once")
    }
  }

  @discardableResult
  private func leave(_ flight: Flight, _ what: @autoclosure () -> String) -> Moment {
    let moment = note(what())
    flight.state = .running
    flight.lastReturn = moment.step
    return moment
  }
}

extension Reply {
  var name: String {
    switch self {
    case .answer(let meaning):
      "\(meaning.status)\(meaning.isGood ? ", good" : "")\(meaning.isBroken ? ", broken" : "")"
        + (meaning.retryAfter.map { ", retry after \($0)" } ?? "")
    case .lost: "nothing"
    case .cancelled: "the cancellation"
    }
  }
}
