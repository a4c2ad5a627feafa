import ServiceTokenDomain

/// What callers do and get.
extension Observer {
  // MARK: - Beginning

  func began(_ call: Call) {
    tally.count(.call(call.errand))
    let began = note(
      "call \(call.number) of \(call.errand) for \(call.scope)\(call.cancelled == nil ? "" : ", cancelled") begins")
    call.began = began
    calls[call.number] = call
    call.promise = facts(call.scope).held.flatMap { $0.isFresh(at: now) ? $0 : nil }
    looks(call, began)
  }

  /// A call looks for a token: where one is in its window, that is a reason for a refresh.
  private func looks(_ call: Call, _ moment: Moment) {
    let facts = facts(call.scope)
    call.wantsSince = moment
    call.floor = facts.newestReceived
    guard facts.tokens.suffix(2).contains(where: { !$0.isReported && $0.isFresh(at: now) && $0.isDue(at: now) }) else {
      return
    }
    facts.lastRead = now.monotonic
  }

  func cancelling(_ call: Call) {
    guard call.ended == nil, call.cancelled == nil else { return }
    tally.count(.cancelled)
    call.cancelled = note("call \(call.number) is cancelled")
    lastCancellation = now.monotonic
  }

  // MARK: - Reporting

  func reporting(_ value: String) {
    guard let token = tokens[value] else { return }
    tally.count(.reported)
    token.isReported = true
    note("token \(token.issue.number) is reported")
  }

  func reported(_ value: String) {
    guard let token = tokens[value] else { return }
    token.droppedAt = token.droppedAt ?? note("token \(token.issue.number) is dropped").step
  }

  // MARK: - Getting a token

  func ended(_ call: Call, with token: AccessToken) {
    guard let moment = end(call, "gets a token"), let began = call.began else { return }
    guard let facts = take(token.value.expose(), for: call) else { return }
    if facts.sentAt != token.sentAt, traits.tick == 0 { violation("a token's life does not count from its request") }
    if token.expiresIn != .seconds(facts.issue.life) { violation("a token's life is not what the server said") }
    if token.request.scope.text != call.scope { violation("a token says that it is for another scope") }
    if facts.landed.step < began.step, !isNow(began.reading.monotonic) { violation("a cached token came late") }
    if facts.landed.step > began.step, !isNow(facts.landed.reading.monotonic) { violation("a token reached its waiter late") }
    checkPromptness(call, moment)
  }

  /// A call takes this token, for itself or to show it to another endpoint.
  private func take(_ value: String, for call: Call) -> TokenFacts? {
    guard let token = tokens[value] else {
      violation("a token that no server gave")
      return nil
    }
    guard let began = call.wantsSince else { return nil }
    if token.issue.scope != call.scope { violation("a token of another scope") }
    if token.isOrphan { violation("a token from a fetch that was given up") }
    if let dropped = token.droppedAt, dropped < began.step { violation("a token that was dropped before") }
    if token.flight.number < call.floor { violation("an older token than somebody has already got") }
    let wasAwaited = token.landed.step > began.step || traits.preemption > 0 && isNow(token.landed.reading.monotonic)
    let isFresh = token.isFresh(at: began.reading)
    if !isFresh, !wasAwaited { violation("a token past its skew, to one who did not wait for it") }
    if !isFresh, call.errand == .cached { violation("a stale token without waiting") }
    if let cancelled = call.cancelled, cancelled.step < began.step, !isFresh { violation("a cancelled caller joined a fetch") }
    tally.count(token.landed.step > began.step ? .waitedFor : .served)
    if token.isFresh(at: began.reading), token.isDue(at: began.reading) { tally.count(.servedInWindow) }
    token.isReceived = true
    let facts = facts(call.scope)
    facts.newestReceived = max(facts.newestReceived, token.flight.number)
    return token
  }

  func endedWithoutToken(_ call: Call) {
    guard end(call, "finds no token") != nil else { return }
    tally.count(.missed)
    if let promise = call.promise, !promise.isReported, promise.isFresh(at: now) {
      violation("a fresh token is there and is not given")
    }
  }

  // MARK: - Downloads

  /// The request of a download call; see `Observer+Flights` for the other endpoint's.
  func sent(_ bearer: String, _ timeout: Duration) -> Exchange? {
    guard let call = Call.current, call.errand == .download else {
      violation("a download request that nobody makes")
      return nil
    }
    let moment = note("call \(call.number) asks for a download, attempt \(call.course.requestCount + 1)")
    call.portCount += 1
    let isRecovery = call.course.next == .tokenAgain
    switch call.course.next {
    case .credential, .tokenAgain:
      // What it had, it may go on showing for as long as the call lasts; what it takes now must be good now.
      guard let token = take(bearer, for: call) else { break }
      if call.bearers.contains(where: { $0 === token }) { violation("a token that was refused is shown again") }
      call.bearers.append(token)
      if isRecovery { tally.count(.recovered) }
    case .request:
      if call.bearers.last?.issue.value != bearer { violation("another token than the call had") }
    default:
      violation("a download request where \(call.course.next) was due")
    }
    let problem = call.course.sent(timeout: timeout, isRecovery: isRecovery, at: now.monotonic, slack: slack)
    if let problem { violation(problem) }
    return Exchange(.call(call), moment)
  }

  func returned(_ call: Call, _ reply: Reply) {
    let moment = note("call \(call.number) gets \(reply.name)")
    call.portCount -= 1
    call.course.replied(reply, at: now.monotonic)
    guard case .answer(let meaning) = reply, meaning.status == 401, let token = call.bearers.last else { return }
    token.isReported = true
    refused.append(token)
    looks(call, moment)
  }

  func ended(_ call: Call, with token: DownloadToken) {
    guard let moment = end(call, "gets a download token") else { return }
    tally.count(.downloaded)
    if call.course.next != .over(nil) { violation("a download token where \(call.course.next) was due") }
    checkPromptness(call, moment)
  }

  // MARK: - Failing

  func ended(_ call: Call, with error: any Error) {
    guard let moment = end(call, "fails: \(error)"), let began = call.wantsSince else { return }
    checkText("\(error) \(String(reflecting: error))", of: "an error")
    if call.errand != .download, let promise = call.promise, !promise.isReported, promise.isFresh(at: now) {
      violation("a fresh token is there and is not given")
    }
    checkPromptness(call, moment)
    if error is CancellationError {
      if call.cancelled == nil { violation("a cancellation for one who was not cancelled") }
      return
    }
    guard let error = error as? ServiceTokenError else { return violation("an error of another type: \(type(of: error))") }
    checkText("\(error.message) \(error.redirectTarget ?? "") \(error.oauthError?.text ?? "")", of: "an error")
    let failure = Failure(error)
    tally.count(.failed(failure.code))

    if call.errand == .download, call.course.failureIfNotRecovered.map({ isSame($0, failure) }) ?? false {
      if call.course.next == .tokenAgain { checkRecovery(call) }
      return
    }
    if call.errand == .download, call.course.requestCount > 0, call.course.next != .tokenAgain {
      return violation("a download failed with \(failure) where \(call.course.next) was due")
    }
    let known = facts(call.scope).failures + namelessFailures
    for flight in known.reversed() where flight.course.failure.map({ isSame($0, failure) }) ?? false {
      guard let landed = flight.landed, isNow(landed.reading.monotonic) else { continue }
      guard landed.step > began.step || traits.preemption > 0 else { continue }
      flight.isFailureReceived = true
      return
    }
    if isOfGate(failure, call) { return tally.count(.refusedByGate) }
    violation("a failure that is nobody's: \(failure)")
  }

  /// The gate's answer is what closed it, with the time that is left.
  private func isOfGate(_ failure: Failure, _ call: Call) -> Bool {
    guard let gate = facts(call.scope).gate, now.isBeforeByBoth(gate.until) else { return false }
    var expected = gate.failure
    expected.retryAfter = .nanoseconds(
      min(gate.until.monotonic - now.monotonic, gate.until.wall - now.wall))
    return isSame(expected, failure)
  }

  private func isSame(_ expected: Failure, _ failure: Failure) -> Bool {
    var alike = failure
    if traits.tick > 0, let wait = failure.retryAfter, let due = expected.retryAfter,
      abs((wait - due).nanoseconds) <= 1_000_000_000
    {
      alike.retryAfter = expected.retryAfter
    }
    return alike == expected
  }

  /// A token that was cached when the call began, and refused, has to be replaced (SPEC D7).
  private func checkRecovery(_ call: Call) {
    guard let token = call.bearers.last, let began = call.began else { return }
    let facts = facts(call.scope)
    let wasCached = token.landed.step < began.step && !isNow(token.landed.reading.monotonic)
    let isProtected = facts.newestRefused > 0 && now.isBeforeByBoth(token.landed.reading.later(by: 31_000_000_000))
    if wasCached, !isProtected, call.course.timeLeft(at: now.monotonic) > .zero, call.bearers.count == 1 {
      violation("a refused token from the cache was not replaced")
    }
  }

  // MARK: - Ending

  /// Nil for a second answer.
  private func end(_ call: Call, _ what: @autoclosure () -> String) -> Moment? {
    let moment = note("call \(call.number) \(what())")
    guard call.ended == nil, calls.removeValue(forKey: call.number) != nil else {
      violation("a second answer")
      return nil
    }
    call.ended = moment
    return moment
  }

  /// A cancelled call ends at once, and any call within its time.
  private func checkPromptness(_ call: Call, _ ended: Moment) {
    guard let began = call.began else { return }
    let isStuck = traits.isDeaf && call.errand == .download
    if let cancelled = call.cancelled, !isStuck, !isNow(max(cancelled.reading.monotonic, began.reading.monotonic)) {
      violation("a cancelled caller was kept waiting")
    }
    let fetch = Duration.seconds(35) + traits.secretDelay.upperBound * 2 + traits.oversleep + grainSlack
    let limit = call.errand == .download ? fetch * 2 + .seconds(35) + traits.oversleep : fetch
    if .nanoseconds(ended.reading.monotonic - began.reading.monotonic) > limit + slack {
      violation("a call took longer than \(limit)")
    }
  }

  /// The source of the secret answers at moments that are whole multiples of the grain, so later than it wanted.
  private var grainSlack: Duration { .nanoseconds(traits.grain * 2) }
}
