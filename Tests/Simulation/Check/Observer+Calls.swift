import ServiceTokenDomain

/// What callers do and get.
extension Observer {
  // MARK: - Beginning

  func began(_ call: Call) {
    tally.count(.call(call.errand))
    let began = note(
      "call \(call.number) of \(call.errand) for \(call.scopes.map(\.name).joined(separator: ", "))"
        + (call.limit.map { " within \($0)" } ?? "") + (call.cancelled == nil ? " begins" : " begins, cancelled"))
    call.began = began
    calls[call.number] = call
    for scope in call.scopes {
      if scope.callCount == 0 { awaitedCount += 1 }
      scope.callCount += 1
    }
    mostAwaited = max(mostAwaited, awaitedCount + flying.count)
    if call.errand == .download {
      call.course = Course(
        .download, hasJitter: traits.jitter == .full, limit: call.limit, began: began.reading.monotonic)
    }
    call.promise = call.scopes.count > 1 ? nil : held(call.scope).flatMap { $0.isFresh(at: now) ? $0 : nil }
    looks(call, began)
  }

  /// A call looks for a token: where one is in its window, that is a reason for a refresh.
  func looks(_ call: Call, _ moment: Moment) {
    call.wantsSince = moment
    for scope in call.scopes {
      call.floor = scope.newestReceived
      let isDue = scope.tokens.suffix(2).contains { $0.droppedAt == nil && $0.isFresh(at: now) && $0.mayBeDue(at: now) }
      if isDue { scope.lastRead = now.monotonic }
    }
  }

  func cancelling(_ call: Call) {
    guard call.ended == nil, call.cancelled == nil else { return }
    tally.count(.cancelled)
    call.cancelled = note("call \(call.number) is cancelled")
    // What ended in this moment may have lost its last waiter before it was heard of.
    if traits.preemption > 0, isNow(lastLanding) { gate.doubt() }
    lastCancellation = now.monotonic
  }

  // MARK: - Getting a token

  func ended(_ call: Call, with token: AccessToken) {
    guard end(call, "gets a token") != nil else { return }
    take(token, for: call)
    checkPromptness(call)
  }

  /// A call takes this token, and looks at it.
  func take(_ token: AccessToken, for call: Call) {
    guard let facts = take(token.value.expose(), for: call), let since = call.wantsSince else { return }
    if facts.sentAt != token.sentAt, traits.tick == 0 { violation("a token's life does not count from its request") }
    if token.expiresIn != .seconds(facts.issue.life) { violation("a token's life is not what the server said") }
    if token.request.scope.text != call.scope.name { violation("a token says that it is for another scope") }
    if facts.landed.step < since.step, !isNow(since.reading.monotonic) { violation("a cached token came late") }
    if facts.landed.step > since.step, !isNow(facts.landed.reading.monotonic) {
      violation("a token reached its waiter late")
    }
  }

  /// A call takes this token, for itself or to show it to somebody.
  @discardableResult
  func take(_ value: String, for call: Call) -> TokenFacts? {
    guard let token = tokens[value] else {
      violation("a token that no server gave")
      return nil
    }
    guard let since = call.wantsSince else { return nil }
    let isFresh = token.isFresh(at: since.reading)
    let isNew = token.landed.step > since.step
    // With other threads about, it may have been on its way when somebody came to wait for it.
    let wasAwaited = isNew || traits.preemption > 0 && isNow(token.landed.reading.monotonic)
    if token.issue.scope != call.scope.name { violation("a token of another scope") }
    if token.isOrphan { violation("a token from a fetch that was given up") }
    if let dropped = token.droppedAt, dropped < since.step { violation("a token that was dropped before") }
    if token.flight.number < call.floor { violation("an older token than somebody has already got") }
    if !isFresh, !wasAwaited { violation("a token past its skew, to one who did not wait for it") }
    if !isFresh, call.errand == .cached { violation("a stale token without waiting") }
    if let cancelled = call.cancelled, cancelled.step < since.step, !isFresh {
      violation("a cancelled caller joined a fetch")
    }
    checkTruth(token, wasAwaited: wasAwaited)

    tally.count(isNew ? .waitedFor : .served)
    if !isNew, token.mayBeDue(at: since.reading) { tally.count(.servedInWindow) }
    token.isReceived = true
    call.scope.newestReceived = max(call.scope.newestReceived, token.flight.number)
    call.tokens.append(token)
    return token
  }

  /// Whatever the process's clocks say: by the server's, no token that was cached has expired, unless the process slept
  /// and its wall clock was set back.
  private func checkTruth(_ token: TokenFacts, wasAwaited: Bool) {
    guard !wasAwaited, timeline.trueTime >= token.issue.end else { return }
    guard traits.clockJumps != nil else { return violation("an expired token") }
    tally.count(.expiredByTruth)
    let isExcused =
      traits.jumps.contains { $0 == .setBack || $0 == .nudged }
      && traits.jumps.contains { $0 == .suspended || $0 == .suspendedBriefly }
    if !isExcused { violation("an expired token, for a jump of one clock") }
  }

  func endedWithoutToken(_ call: Call) {
    guard end(call, "finds no token") != nil else { return }
    tally.count(.missed)
    checkPromise(call)
  }

  private func checkPromise(_ call: Call) {
    if let promise = call.promise, !promise.isReported, promise.isFresh(at: now), !mayHaveEvicted {
      violation("a fresh token is there and is not given")
    }
  }

  // MARK: - Failing

  func ended(_ call: Call, with error: any Error) {
    guard end(call, "fails: \(error)") != nil else { return }
    checkText("\(error) \(String(reflecting: error))", of: "an error")
    if call.tokens.isEmpty, call.errand == .token || call.errand == .withToken { checkPromise(call) }
    checkPromptness(call)
    if error is CancellationError {
      if call.cancelled == nil { violation("a cancellation for one who was not cancelled") }
      return
    }
    guard let error = error as? ServiceTokenError else {
      return violation("an error of another type: \(type(of: error))")
    }
    checkText("\(error.message) \(error.redirectTarget ?? "") \(error.oauthError?.text ?? "")", of: "an error")
    let failure = Failure(error)
    tally.count(.failed(failure.code))
    if let problem = problem(failure, of: call) { violation(problem) }
  }

  /// What is wrong about this failure, if anything.
  private func problem(_ failure: Failure, of call: Call) -> String? {
    if failure.code == Failure.shutDown { return problemWithShutDown(call) }
    if let course = call.course {
      if course.failures.contains(where: { isSame($0, failure) }) {
        if course.next == .tokenAgain, !isOfFetch(failure, call) { checkRecovery(call) }
        return nil
      }
      let wantsToken = course.next == .credential || course.next == .tokenAgain
      guard wantsToken else { return "a download failed with \(failure) where \(course.next) was due" }
    }
    if failure.code == Failure.deadlineExceeded { return problemWithDeadline(call) }
    if isOfFetch(failure, call) { return nil }
    // A prewarming tells of it when its last scope has ended.
    if gate.mayRefuse(failure, at: now, isLate: call.errand == .prewarm) {
      tally.count(.refusedByGate)
      return nil
    }
    return "a failure that is nobody's: \(failure)"
  }

  /// Whether a fetch that the call waited for has just failed so.
  private func isOfFetch(_ failure: Failure, _ call: Call) -> Bool {
    let known = call.scopes.flatMap(\.failures) + namelessFailures
    return known.contains { flight in
      guard let landed = flight.landed, flight.state != .waiting, let since = call.wantsSince else { return false }
      // A prewarming ends when its last scope has.
      guard call.scopes.count > 1 || isNow(landed.reading.monotonic) else { return false }
      guard landed.step > since.step || traits.preemption > 0 && isSame(landed, since) else { return false }
      return flight.course.failures.contains { isSame($0, failure) }
    }
  }

  private func isSame(_ expected: Failure, _ failure: Failure) -> Bool {
    var alike = failure
    // A date is rounded to seconds, which a tick may lead across one.
    if traits.tick > 0, let wait = failure.retryAfter, let due = expected.retryAfter,
      abs((wait - due).nanoseconds) <= 1_000_000_000
    {
      alike.retryAfter = expected.retryAfter
    }
    return alike == expected
  }

  /// A caller's own time is over just when it is.
  private func problemWithDeadline(_ call: Call) -> String? {
    guard let limit = call.limit, let began = call.began else {
      return "a deadline for one who has none"
    }
    for flight in flying where flight.isAlive && flight.scope === call.scope && limit > .zero {
      // It waited for this one, unless this one has just begun.
      if call.errand == .token, !isNow(flight.began.reading.monotonic) { flight.mustFlyAlone = true }
    }
    let waited = Duration.nanoseconds(now.monotonic - began.reading.monotonic)
    return waited < max(limit, .zero) - slack ? "a deadline of \(limit) was over after \(waited)" : nil
  }

  private func problemWithShutDown(_ call: Call) -> String? {
    guard let closing, let since = call.wantsSince else { return "shut down, but nobody did" }
    // Who came later is refused at once; who waits, when all that is in flight is cancelled.
    let cameLater = since.step > closing.step
    let isEnd = closed.map { isNow($0.reading.monotonic) } ?? true
    let isStuck = traits.isDeaf && call.errand == .download
    return cameLater || isEnd || isStuck || traits.preemption > 0 ? nil : "shut down while there was still time"
  }

  /// A token that was cached when it was wanted, and refused, has to be replaced (SPEC D7).
  func checkRecovery(_ call: Call) {
    guard let token = call.tokens.last, let began = call.began, call.tokens.count == 1 else { return }
    let wasCached = token.landed.step < began.step && !isNow(token.landed.reading.monotonic)
    let isProtected = call.scope.newestRefused > 0 && now.isBeforeByBoth(token.landed.reading.later(by: 31_000_000_000))
    if let limit = call.limit, .nanoseconds(now.monotonic - began.reading.monotonic) >= limit - slack { return }
    if let course = call.course, course.timeLeft(at: now.monotonic) <= .zero { return }
    guard wasCached, token.landed.reading.monotonic < began.reading.monotonic - slack.nanoseconds, !isProtected else {
      return
    }
    violation("a refused token from the cache was not replaced")
  }

  // MARK: - Ending

  /// Nil for a second answer.
  func end(_ call: Call, _ what: @autoclosure () -> String) -> Moment? {
    let moment = note("call \(call.number) \(what())")
    guard call.ended == nil, calls.removeValue(forKey: call.number) != nil else {
      violation("a second answer")
      return nil
    }
    call.ended = moment
    for scope in call.scopes {
      scope.callCount -= 1
      if scope.callCount == 0 { awaitedCount -= 1 }
    }
    // What one waited for who had no more time goes on.
    if let limit = call.limit, let began = call.began, now.monotonic - began.reading.monotonic >= limit.nanoseconds {
      for scope in call.scopes { scope.lastGivenUp = now.monotonic }
      for flight in flying where flight.isAlive && flight.scope.map({ call.scopes.contains($0) }) ?? true {
        flight.mayFlyAlone = true
      }
    }
    return moment
  }

  /// A cancelled call ends at once, and any call within its time.
  func checkPromptness(_ call: Call) {
    guard let began = call.began, let since = call.wantsSince else { return }
    let isStuck = traits.isDeaf && call.errand == .download
    if let cancelled = call.cancelled, !isStuck, !isNow(max(cancelled.reading.monotonic, began.reading.monotonic)) {
      violation("a cancelled caller was kept waiting")
    }
    // The source of the secret is asked at most twice, and answers at moments that are whole multiples of the grain.
    let secrets = (traits.secretDelay.upperBound + .nanoseconds(traits.grain)) * 2
    var limit = Duration.seconds(35) + traits.oversleep + secrets
    if call.errand == .download { limit = limit * 3 }
    if let own = call.limit { limit = min(limit, max(own, .zero) + traits.oversleep) }
    let start = (call.errand == .download ? began : since).reading.monotonic
    let took = Duration.nanoseconds(now.monotonic - start)
    let isUsing = call.errand == .withToken && !call.tokens.isEmpty && !call.isRefused
    if took > limit + slack, !isUsing, !(isStuck && call.cancelled != nil) {
      violation("a call took \(took), longer than \(limit)")
    }
  }
}
