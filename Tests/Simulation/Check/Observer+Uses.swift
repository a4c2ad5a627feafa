import ServiceTokenDomain

/// What callers do with a token, and what servers say to it.
extension Observer {
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

  /// A server refused the token that a call showed to it.
  private func isRefused(_ call: Call, _ moment: Moment) {
    guard let token = call.tokens.last else { return }
    call.isRefused = true
    looks(call, moment)
    let isHeld = token === call.scope.tokens.last && !token.isReported && !mayHaveEvicted
    if let until = token.protectedUntil, now.isBeforeByBoth(until), isHeld {
      tally.count(.protected)
      call.isKept = true
    } else {
      token.isReported = true
      let mayBeProtected =
        call.scope.newestRefused > 0 && now.isBeforeByBoth(token.landed.reading.later(by: 31_000_000_000))
      refused.append((token, mayBeProtected))
      call.scope.newestRefused = max(call.scope.newestRefused, token.flight.number)
    }
  }

  private func checkOther(_ call: Call) {
    guard call.isRefused else { return }
    tally.count(.recovered)
    call.isRefused = false
    if call.isKept { violation("a recovery from a token that a recovery has just fetched") }
    if call.tokens.count > 2 { violation("a second recovery") }
    if call.tokens.dropLast().contains(where: { $0 === call.tokens.last }) {
      violation("a refused token is used again")
    }
  }

  // MARK: - Within withToken

  func uses(_ token: AccessToken, _ call: Call) {
    note("call \(call.number) uses a token")
    if call.tokens.last != nil, !call.isRefused { violation("a token is to be used again that was not refused") }
    take(token, for: call)
    checkOther(call)
    call.elsewhere += 1
  }

  func used(_ call: Call, isAccepted: Bool) {
    let moment = note("call \(call.number) has used it, \(isAccepted ? "accepted" : "refused")")
    call.elsewhere -= 1
    if isAccepted { call.isRefused = false } else { isRefused(call, moment) }
  }

  func endedUsing(_ call: Call) {
    guard end(call, call.isRefused ? "was refused" : "was accepted") != nil else { return }
    if call.isRefused { checkRecovery(call) }
  }

  // MARK: - Prewarming

  func endedPrewarming(_ call: Call) {
    guard end(call, "is warm") != nil, let began = call.began else { return }
    for scope in call.scopes {
      let isThere = scope.tokens.contains {
        $0.landed.step > began.step || $0.isFresh(at: began.reading) || isSame($0.landed, began)
      }
      if !isThere { violation("\(scope.name) was prewarmed and has no token") }
    }
    checkPromptness(call)
  }

  // MARK: - Downloads

  /// The request of a download call; see `Observer+Flights` for the other endpoint's.
  func sent(_ bearer: String, _ timeout: Duration) -> Exchange? {
    guard let call = Call.current, call.errand == .download, let course = call.course else {
      violation("a download request that nobody makes")
      return nil
    }
    let moment = note("call \(call.number) asks for a download, attempt \(course.requestCount + 1)")
    switch course.next {
    case .credential, .tokenAgain:
      take(bearer, for: call)
      checkOther(call)
    case .request:
      // What it has, it may go on showing for as long as the call lasts.
      if call.tokens.last?.issue.value != bearer { violation("another token than the call had") }
    default:
      violation("a download request where \(course.next) was due")
    }
    call.elsewhere += 1
    if let cancelled = call.cancelled, let began = call.began, cancelled.step < began.step, traits.preemption == 0 {
      violation("a request for one who was cancelled before")
    }
    if closed != nil, !Task.isCancelled { violation("a request after the shutdown") }
    let problem = call.course?.sent(timeout: timeout, at: now.monotonic, slack: slack)
    if let problem { violation(problem) }
    return Exchange(.call(call), moment)
  }

  func returned(_ call: Call, _ reply: Reply) {
    let moment = note("call \(call.number) gets \(reply.name)")
    call.elsewhere -= 1
    call.course?.replied(reply, at: now.monotonic)
    if case .answer(let meaning) = reply, meaning.status == 401 { isRefused(call, moment) }
  }

  func ended(_ call: Call, with token: DownloadToken) {
    guard end(call, "gets a download token") != nil else { return }
    tally.count(.downloaded)
    if let next = call.course?.next, next != .over(nil) { violation("a download token where \(next) was due") }
    checkPromptness(call)
  }
}
