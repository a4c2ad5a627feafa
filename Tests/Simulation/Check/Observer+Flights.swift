import ServiceTokenDomain

/// What fetches do at the ports.
extension Observer {
  // MARK: - The secret

  func secretAsked() -> Flight {
    if Call.current != nil { violation("a shared fetch knows the task of one of its callers") }
    guard let task = TaskID.current else { preconditionFailure("a port was called outside of a task") }
    if let flight = flights[task], flight.state == .running, flight.course.next == .secretAgain {
      note("fetch \(flight.number) reads the secret again")
      tally.count(.secretReread)
      enter(flight)
      return flight
    }
    lastFlight += 1
    let moment = note("fetch \(lastFlight) begins\(Task.isCancelled ? ", cancelled" : "")")
    let flight = Flight(
      lastFlight, moment, wanted: wanted(), read: Set(scopes.values.filter { isNow($0.lastRead) }.map(\.scope)),
      held: Set(scopes.values.filter { $0.held?.isFresh(at: now) ?? false }.map(\.scope)))
    flights[task] = flight
    flying.append(flight)
    flight.isCancelled = Task.isCancelled
    flight.state = .waiting
    return flight
  }

  func secretGiven(_ secret: String, to flight: Flight) {
    leave(flight, "fetch \(flight.number) has the secret")
    if flight.course.next == .secretAgain {
      let isOther = secret != flight.secret
      if isOther { tally.count(.secretChanged) }
      flight.course.hasSecretAgain(isOther: isOther, at: now.monotonic)
      if flight.course.isOver { failed(flight) }
    } else {
      flight.course.hasCredential()
    }
    flight.secret = secret
  }

  func secretRefused(_ error: any Error, to flight: Flight) {
    leave(flight, "fetch \(flight.number) has no secret: \(error is CancellationError ? "cancelled" : "failed")")
    guard !(error is CancellationError) else { return }
    flight.course.hasNoSecret()
    failed(flight)
  }

  /// The scopes that somebody waits for who was not cancelled.
  func wanted() -> Set<String> {
    var wanted: Set<String> = []
    for call in calls.values where call.cancelled == nil && call.portCount == 0 && call.errand != .cached {
      wanted.insert(call.scope)
    }
    return wanted
  }

  // MARK: - Requests

  /// Nil for a request that makes no sense.
  func sent(_ request: ReceivedRequest, timeout: Duration) -> Exchange? {
    tally.count(.request)
    switch request.content {
    case .token(let scope, let secret): return sent(scope, secret, timeout)
    case .download(let bearer): return sent(bearer, timeout)
    }
  }

  private func sent(_ scope: String, _ secret: String, _ timeout: Duration) -> Exchange? {
    if Call.current != nil { violation("a shared fetch knows the task of one of its callers") }
    guard let flight = TaskID.current.flatMap({ flights[$0] }), flight.state == .running else {
      violation("a token is asked for without a look at the secret")
      return nil
    }
    if Task.isCancelled { flight.isCancelled = true }
    let isFirst = flight.scope == nil
    flight.scope = flight.scope ?? scope
    enter(flight)
    let moment = note("fetch \(flight.number) asks for \(scope), attempt \(flight.course.requestCount + 1)")
    if flight.course.next != .request { violation("a request where \(flight.course.next) was due") }
    if flight.scope != scope { violation("one fetch asks for two scopes") }
    if flight.secret != secret { violation("the secret that is sent is not the one that the source gave") }
    let problem = flight.course.sent(timeout: timeout, isRecovery: false, at: now.monotonic, slack: slack)
    if let problem { violation(problem) }
    if isFirst { named(flight, scope) }
    return Exchange(.flight(flight), moment)
  }

  /// It is now known what the fetch is for: was there a reason to begin it?
  private func named(_ flight: Flight, _ scope: String) {
    let facts = facts(scope)
    for other in facts.flights where other.number != flight.number && !other.isCancelled {
      if other.state == .waiting || other.lastReturn > flight.began.step { violation("two fetches of one scope at once") }
    }
    facts.flights.append(flight)
    if facts.flights.count > 16 { facts.flights.removeFirst(8) }
    guard !flight.isCancelled else { return }

    let began = flight.began.reading
    switch (flight.mayBeDemand, flight.mayBeRefresh) {
    case (false, false):
      violation("a fetch that nobody wants")
    case (true, false):
      tally.count(.demand)
      if flight.held.contains(scope), lastJump != began.monotonic {
        violation("a fetch although a fresh token is there")
      }
    case (false, true):
      tally.count(.refresh)
      if let paced = facts.pacedUntil, began.isBeforeByBoth(paced) { violation("a refresh that is not paced") }
    case (true, true):
      tally.count(.demandOrRefresh)
    }
    if let gate = facts.gate, gate.flight.isFailureReceived || traits.preemption == 0, began.isBeforeByBoth(gate.until) {
      violation("a request while the server wants to be left alone")
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
    } else if flight.course.isOver {
      failed(flight)
    }
  }

  private func landed(_ token: TokenFacts, _ moment: Moment) {
    let facts = facts(token.issue.scope)
    token.flight.landed = moment
    if let last = facts.tokens.last, !last.isFresh(at: now) { tally.count(.lapsed) }
    facts.tokens.append(token)
    if facts.tokens.count > 16 { facts.tokens.removeFirst(8) }
    facts.gate = nil
    facts.failedRefreshes = 0
    facts.pacedUntil = nil
  }

  func failed(_ flight: Flight) {
    guard !flight.isCancelled, let failure = flight.course.failure else { return }
    let moment = note("fetch \(flight.number) has failed: \(failure)")
    flight.landed = moment
    guard let scope = flight.scope else {
      namelessFailures.append(flight)
      if namelessFailures.count > 64 { namelessFailures.removeFirst(32) }
      return
    }
    let facts = facts(scope)
    facts.failures.append(flight)
    if facts.failures.count > 16 { facts.failures.removeFirst(8) }
    facts.gate = failure.retryAfter.map { wait in
      tally.count(.gateClosed)
      return .init(
        until: now.later(by: min(wait, .seconds(3600)).nanoseconds), flight: flight, failure: failure)
    }
    switch (flight.mayBeDemand, flight.mayBeRefresh) {
    case (false, _):
      facts.pacedUntil = now.later(by: Int64(min(1 << facts.failedRefreshes, 30)) * 1_000_000_000)
      facts.failedRefreshes = min(facts.failedRefreshes + 1, 10)
      tally.count(.refreshFailed)
    case (true, true):
      // It may have counted as one or not; the shorter pace is the one that is certain.
      facts.pacedUntil = nil
    case (true, false):
      break
    }
  }

  // MARK: - Sleeping

  enum Sleeper: Sendable {
    case flight(Flight)
    case call(Call)
    case other
  }

  func sleepBegan(_ duration: Duration) -> Sleeper {
    tally.count(.sleep)
    let flight = TaskID.current.flatMap { flights[$0] }
    if let call = Call.current {
      note("call \(call.number) sleeps for \(duration)")
      call.portCount += 1
      check(duration, call.course)
      return .call(call)
    } else if let flight, flight.state == .running, case .sleep = flight.course.next {
      if Task.isCancelled { flight.isCancelled = true }
      note("fetch \(flight.number) sleeps for \(duration)")
      enter(flight)
      check(duration, flight.course)
      return .flight(flight)
    }
    note("somebody sleeps for \(duration)")
    violation("a sleep for which there is no reason")
    return .other
  }

  private func check(_ duration: Duration, _ course: Course) {
    if course.next != .sleep(duration), !isSame(course.next, duration) {
      violation("a sleep of \(duration) where \(course.next) was due")
    }
  }

  /// A date is rounded to seconds, which a tick may lead across one.
  private func isSame(_ next: Course.Next, _ duration: Duration) -> Bool {
    guard traits.tick > 0, case .sleep(let due) = next else { return false }
    return due - duration <= .seconds(1) && duration - due <= .seconds(1)
  }

  func sleepEnded(_ sleeper: Sleeper, isCancelled: Bool) {
    switch sleeper {
    case .flight(let flight):
      leave(flight, "fetch \(flight.number) wakes")
      guard !isCancelled else { return }
      flight.course.slept(at: now.monotonic)
      if flight.course.isOver { failed(flight) }
    case .call(let call):
      note("call \(call.number) wakes")
      call.portCount -= 1
      if !isCancelled { call.course.slept(at: now.monotonic) }
    case .other:
      break
    }
  }

  // MARK: - Coming and going

  func cancelled(_ flight: Flight) {
    if !flight.isCancelled { tally.count(.flightCancelled) }
    flight.isCancelled = true
    note("fetch \(flight.number) is cancelled")
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
    for other in facts(scope).flights where other.number != flight.number && other.isAlive {
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
