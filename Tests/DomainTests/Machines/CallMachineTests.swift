import ServiceTokenDomain
import Testing

@Suite struct CallMachineTests {
  @Test(
    "R1: a call that needs no credential sends at once, any other gets one first",
    arguments: [
      (Authorization.none, ["send 10"]), (.client, ["obtain", "send 10"]), (.bearer, ["obtain", "send 10"]),
    ])
  func begins(authorization: Authorization, said: [String]) throws {
    let call = try Call(authorization: authorization)
    #expect(call.said == said)
  }

  @Test("R3: a 2xx answer is read, whole or too long, and nothing is retried")
  func success() throws {
    for status in [200, 201, 204, 299] {
      var call = try Call()
      let step = call.answered(.init(status: status))
      #expect(call.said == ["send 10", "read"])
      #expect(step.events.map(\.level) == [.debug])
    }
  }

  @Test(
    "R2: what is retried waits 1 s, then 2 s, then fails with the last error, and R7: one event says how often",
    arguments: [500, 502, 503, 504, 408, 429, 100, 600, 999, nil])
  func retried(status: Int?) throws {
    var call = try Call()
    var events: [LogEvent] = []
    for _ in 0..<3 { events += (status.map { call.answered(.init(status: $0)) } ?? call.lost()).events }
    #expect(
      call.said == ["send 10", "wait 1", "send 10", "wait 2", "send 10", "fail idp_unavailable 3"])
    #expect(events.count == 4)
    #expect(events.last?.name == "conversion.mc_token.retry_exhausted")
    #expect(events.last?["attempts"] == .int(3))
    #expect(events.prefix(3).map { $0["attempt"] } == [.int(1), .int(2), .int(3)])
  }

  @Test("R2: a 2xx body that breaks off is retried, and the error has its status and its cause")
  func brokenOff() throws {
    var call = try Call()
    let failure = TransportFailure(.brokenOff, "reset")
    let answer = AnswerFacts(status: 200, brokenOff: failure)
    let step = (call.answered(answer), call.answered(answer), call.answered(answer)).2
    guard case .fail(let error) = step.action else { return #expect(Bool(false), "\(step.action.word)") }
    #expect(error.status == 200)
    #expect(error.cause as? TransportFailure == failure)
    #expect(error.attempts == 3)
  }

  @Test(
    "R3: what is not retried fails at once, with no wait and no event about retries",
    arguments: [300, 301, 302, 307, 308, 400, 401, 403, 404, 405, 409, 410, 422, 451, 499])
  func notRetried(status: Int) throws {
    var call = try Call()
    let step = call.answered(.init(status: status, retryAfter: .seconds(1)))
    #expect(call.said.count == 2 && call.said[1].hasPrefix("fail"))
    #expect(step.shapes == ["endpoint_error warning endpoint label status attempt duration"])
    guard case .fail(let error) = step.action else { return }
    #expect(error.retryAfter == nil)
  }

  @Test("R3: a bad body in a 2xx answer fails at once, as unavailable")
  func rejected() throws {
    for (rejection, name) in [
      (AnswerRejection.unparsable("r"), "parse_failed"), (.invalidShape("r"), "invalid_shape"),
    ] {
      var call = try Call(codes: .delegatedDownload)
      _ = call.answered(.init(status: 200))
      let step = call.machine.rejected(rejection, status: 200)
      #expect(step.action.word == "fail mc_token_unavailable 1")
      #expect(step.events.map { $0.name.hasSuffix(name) } == [true])
    }
  }

  @Test(
    "R3: Retry-After on 408, 429 and 503 replaces a shorter wait, up to 5 s; a longer one ends the attempts",
    arguments: [408, 429, 503],
    [
      (0, "wait 1"), (500, "wait 1"), (1000, "wait 1"), (3000, "wait 3"), (5000, "wait 5"),
      (5001, "fail idp_unavailable 1"), (6000, "fail idp_unavailable 1"), (31_536_000_000, "fail idp_unavailable 1"),
    ] as [(Int64, String)])
  func retryAfter(status: Int, row: (Int64, String)) throws {
    var call = try Call()
    let step = call.answered(.init(status: status, retryAfter: .milliseconds(row.0)))
    #expect(call.said[1] == row.1)
    #expect(step.events.count == 1)
    if case .fail(let error) = step.action { #expect(error.retryAfter == .milliseconds(row.0)) }
  }

  @Test(
    "R3: Retry-After counts on no other status, and on none in the original's table", arguments: [500, 502, 504, 600])
  func retryAfterElsewhere(status: Int) throws {
    var call = try Call()
    call.answered(.init(status: status, retryAfter: .seconds(100)))
    #expect(call.said[1] == "wait 1")
    var original = try Call(policy: .original)
    original.answered(.init(status: 503, retryAfter: .seconds(100)))
    #expect(original.said[1] == "wait 1")
    for status in [408, 429] {
      var original = try Call(policy: .original)
      original.answered(.init(status: status))
      #expect(original.said[1] == "fail idp_misconfigured 1")
    }
  }

  @Test("S11: the last failure's Retry-After, longer than a wait or not, is in the error, and R7: the event is there")
  func retryAfterAtTheEnd() throws {
    for seconds in [1, 4, 5, 6, 3600] {
      var call = try Call()
      call.lost()
      call.lost()
      let step = call.answered(.init(status: 503, retryAfter: .seconds(seconds)))
      guard case .fail(let error) = step.action else { return #expect(Bool(false), "\(step.action.word)") }
      #expect(error.retryAfter == .seconds(seconds))
      #expect(error.attempts == 3)
      #expect(step.events.last?.name == "conversion.mc_token.retry_exhausted", "\(seconds)")
    }
  }

  @Test(
    "R1: the whole takes 35 s at most: the last attempt gets what is left, and no wait outlasts it"
  )
  func totalTime() throws {
    var call = try Call()
    let busy = AnswerFacts(status: 503, retryAfter: .seconds(5))
    call.answered(busy, duration: .seconds(10))
    call.answered(busy, duration: .seconds(10))
    #expect(call.said == ["send 10", "wait 5", "send 10", "wait 5", "send 5"])
    #expect(call.now == .start.after(30))

    call = try Call()
    call.answered(busy, duration: .seconds(20))
    call.answered(busy, duration: .seconds(5))
    #expect(call.said == ["send 10", "wait 5", "send 10", "fail idp_unavailable 2"])

    call = try Call()
    let step = call.lost(duration: .seconds(34))
    #expect(call.said == ["send 10", "fail idp_unavailable 1"])
    #expect(step.shapes.last == "retry_exhausted warning endpoint label attempts")
  }

  @Test("R1: a wait that lasted longer than asked for, over the end of the time, ends the call with the last error")
  func oversleeping() throws {
    var machine = CallMachine(
      CallMachine.Plan(endpoint: "test", label: nil, failureCodes: .serviceToken, authorization: .none))
    _ = machine.begun(at: .start)
    _ = machine.answered(.init(status: 500), duration: .zero, at: .start)
    let step = machine.waited(at: .start.after(35))
    guard case .fail(let error) = step.action else { return #expect(Bool(false), "\(step.action.word)") }
    #expect(error.status == 500)
    #expect(error.attempts == 1)
    #expect(step.events.map(\.name) == ["conversion.mc_token.retry_exhausted"])
  }

  @Test("R0: a request that cannot be built is the unavailable error, not retried, and counts as not sent")
  func unbuildable() throws {
    struct Cause: Error {}
    var call = try Call(codes: .delegatedDownload)
    let first = call.machine.unbuildable(Cause())
    #expect(first.action.word == "fail mc_token_unavailable 0")
    #expect(first.events.isEmpty)
    call.lost()
    #expect(call.machine.unbuildable(Cause()).action.word == "fail mc_token_unavailable 1")
  }

  @Test("R6: a call cancelled on the wire stops with one event, and no error of the taxonomy")
  func cancelled() throws {
    var call = try Call()
    call.lost()
    let step = call.cancelled(duration: .seconds(3))
    #expect(step.action.word == "stop")
    #expect(step.events.map(\.name) == ["conversion.mc_token.ctx_cancelled"])
    #expect(step.events[0]["attempt"] == .int(2))
    #expect(step.events[0]["duration"] == .duration(.seconds(3)))
  }

  private static let refusals: [AnswerFacts] = [
    AnswerFacts(status: 401), AnswerFacts(status: 403), AnswerFacts(status: 400, oauthError: .invalidClient),
  ]

  @Test(
    "R3: on 401, 403 or invalid_client the secret is read anew, and sent once more at once if it differs",
    arguments: refusals)
  func secretDiffers(refusal: AnswerFacts) throws {
    var call = try Call(authorization: .client, secretDiffers: true)
    call.answered(refusal)
    #expect(call.said == ["obtain", "send 10", "reread", "send 10"])
    let step = call.answered(refusal)
    #expect(call.said.count == 5)
    guard case .fail(let error) = step.action else { return #expect(Bool(false), "\(step.action.word)") }
    #expect(error.attempts == 2)
    #expect(error.oauthError == refusal.oauthError)
  }

  @Test("R3: a secret that is the same is not sent again", arguments: refusals)
  func secretIsTheSame(refusal: AnswerFacts) throws {
    var call = try Call(authorization: .client)
    let step = call.answered(refusal)
    #expect(call.said.dropLast() == ["obtain", "send 10", "reread"])
    guard case .fail(let error) = step.action else { return #expect(Bool(false), "\(step.action.word)") }
    #expect(error.attempts == 1)
    #expect(error.status == refusal.status)
    #expect(!step.events.contains { $0.name.hasSuffix("retry_exhausted") })
  }

  @Test("R3: the secret is read anew by nobody who did not send it, for no other 4xx, and never for a fourth request")
  func noReread() throws {
    for authorization in [Authorization.none, .bearer] {
      var call = try Call(authorization: authorization)
      call.answered(.init(status: 403, oauthError: .invalidClient))
      #expect(!call.said.contains("reread"))
    }
    for code in [OAuthErrorCode.invalidScope, .invalidGrant, .unauthorizedClient, nil] {
      var call = try Call(authorization: .client, secretDiffers: true)
      call.answered(.init(status: 400, oauthError: code))
      #expect(call.said == ["obtain", "send 10", "fail idp_misconfigured 1"])
    }
    var call = try Call(authorization: .client, secretDiffers: true)
    call.lost()
    call.lost()
    call.answered(.init(status: 401))
    #expect(call.said.last == "fail service_client_unauthorized 3")
  }

  @Test("S3: a refusal names the form of client authentication to try, where the credentials depend on it")
  func hint() throws {
    for refusal in Self.refusals {
      var odd = try Call(authorization: .client, credentials: [.init(alternative: .basicEncoded)])
      guard case .fail(let error) = odd.answered(refusal).action else { return #expect(Bool(false)) }
      #expect(error.message.contains("'basic-encoded'"))
      var plain = try Call(authorization: .client)
      guard case .fail(let error) = plain.answered(refusal).action else { return #expect(Bool(false)) }
      #expect(!error.message.contains("basic"))
    }
    var other = try Call(authorization: .client, credentials: [.init(alternative: .basicEncoded)])
    guard case .fail(let error) = other.answered(.init(status: 404)).action else { return #expect(Bool(false)) }
    #expect(!error.message.contains("basic"))
  }

  @Test("S3: after a rotation the hint is about the secret that was sent last")
  func hintAfterRotation() throws {
    for (first, second) in [(ClientAuthentication.basicEncoded, ClientAuthentication?.none), (nil, .basicEncoded)]
      as [(ClientAuthentication?, ClientAuthentication?)]
    {
      var machine = CallMachine(
        CallMachine.Plan(endpoint: "test", label: nil, failureCodes: .serviceToken, authorization: .clientCredentials))
      _ = machine.begun(at: .start)
      _ = machine.authorized(with: .init(alternative: first), at: .start)
      _ = machine.answered(.init(status: 401), duration: .zero, at: .start)
      _ = machine.secretReread(differs: true, as: .init(alternative: second), at: .start)
      guard case .fail(let error) = machine.answered(.init(status: 401), duration: .zero, at: .start).action else {
        return #expect(Bool(false))
      }
      #expect(error.message.contains("basic-encoded") == (second != nil))
    }
  }

  @Test("D7: 401 to a token from the cache is reported, and the call made once more with a fresh one")
  func recovery() throws {
    for refusal in [TokenMachine.Refusal.dropped, .superseded] {
      var call = try Call(
        codes: .delegatedDownload, authorization: .bearer, credentials: [.init(isFromCache: true), .init()],
        refusal: refusal)
      call.answered(.init(status: 401))
      #expect(call.said == ["obtain", "send 10", "report", "obtain", "send 10"])
      call.answered(.init(status: 401))
      #expect(call.said.suffix(2) == ["report", "fail service_client_unauthorized 2"])
    }
  }

  @Test("D7: a recovery happens once, even where the next token is from the cache again")
  func recoveryOnce() throws {
    var call = try Call(authorization: .bearer, refusal: .superseded)
    call.answered(.init(status: 401))
    call.answered(.init(status: 401))
    #expect(
      call.said == ["obtain", "send 10", "report", "obtain", "send 10", "report", "fail service_client_unauthorized 2"])
  }

  @Test("D7: no recovery for a token that is kept or was not from the cache, for 403, or for a fourth attempt")
  func noRecovery() throws {
    var kept = try Call(authorization: .bearer, refusal: .kept)
    kept.answered(.init(status: 401))
    #expect(kept.said == ["obtain", "send 10", "report", "fail service_client_unauthorized 1"])
    var fetched = try Call(authorization: .bearer, credentials: [.init(isFromCache: false)])
    fetched.answered(.init(status: 401))
    #expect(fetched.said == ["obtain", "send 10", "report", "fail service_client_unauthorized 1"])
    var forbidden = try Call(authorization: .bearer)
    forbidden.answered(.init(status: 403))
    #expect(forbidden.said == ["obtain", "send 10", "fail service_client_unauthorized 1"])
    var late = try Call(authorization: .bearer)
    late.lost()
    late.lost()
    late.answered(.init(status: 401))
    #expect(late.said.suffix(2) == ["report", "fail service_client_unauthorized 3"])
  }

  @Test("D7: a recovery is an attempt: after it come what is left of the three, and their waits")
  func attemptsAfterRecovery() throws {
    var call = try Call(authorization: .bearer)
    call.answered(.init(status: 401))
    call.lost()
    call.lost()
    #expect(
      call.said == [
        "obtain", "send 10", "report", "obtain", "send 10", "wait 2", "send 10", "fail idp_unavailable 3",
      ])
  }

  @Test("R7: where the time ran out over a fresh token or secret, the refusal is the answer, and nothing was exhausted")
  func recoveryOutOfTime() throws {
    let late = Reading.start.after(40)
    var machine = CallMachine(
      CallMachine.Plan(
        endpoint: "test", label: nil, failureCodes: .delegatedDownload, authorization: try Authorization.bearer.of("a"))
    )
    _ = machine.begun(at: .start)
    _ = machine.authorized(with: .init(isFromCache: true), at: .start)
    _ = machine.answered(.init(status: 401), duration: .zero, at: .start)
    _ = machine.refusalReported(.dropped, at: .start)
    let step = machine.authorized(with: .init(), at: late)
    #expect(step.action.word == "fail service_client_unauthorized 1")
    #expect(step.events.isEmpty)

    machine = CallMachine(
      CallMachine.Plan(endpoint: "test", label: nil, failureCodes: .serviceToken, authorization: .clientCredentials))
    _ = machine.begun(at: .start)
    _ = machine.authorized(with: .init(), at: .start)
    _ = machine.answered(.init(status: 401), duration: .zero, at: .start)
    let reread = machine.secretReread(differs: true, at: late)
    #expect(reread.action.word == "fail service_client_unauthorized 1")
    #expect(reread.events.isEmpty)
  }

  @Test("R4: a redirect is the endpoint's 4xx error and says where the server pointed")
  func redirect() throws {
    var call = try Call(codes: .delegatedDownload)
    let step = call.answered(.init(status: 307, redirectTarget: "https://idp.example/x"))
    guard case .fail(let error) = step.action else { return #expect(Bool(false), "\(step.action.word)") }
    #expect(error.code == .downloadTokenFailed)
    #expect(error.redirectTarget == "https://idp.example/x")
    #expect(!"\(error)".contains("idp.example"))
  }

  @Test("C2: a policy of one's own decides attempts, waits and time-outs")
  func ownPolicy() throws {
    let policy = RetryPolicy(
      maximumAttempts: 2, initialBackoff: .seconds(3), attemptTimeout: .seconds(4), totalTimeout: .seconds(8))
    var call = try Call(policy: policy)
    call.lost(duration: .seconds(4))
    call.lost(duration: .seconds(1))
    #expect(call.said == ["send 4", "wait 3", "send 1", "fail idp_unavailable 2"])
    var once = try Call(policy: RetryPolicy(maximumAttempts: 1))
    once.lost()
    #expect(once.said == ["send 10", "fail idp_unavailable 1"])
  }

  // MARK: - The caller's time

  private func deadline(_ step: CallMachine.Step) throws -> ServiceTokenError {
    guard case .fail(let error) = step.action else { throw Unexpected(word: step.action.word) }
    #expect(error.code == .deadlineExceeded)
    #expect(error.endpoint == "test")
    #expect(!step.events.contains { $0.name.hasSuffix("retry_exhausted") })
    return error
  }

  private struct Unexpected: Error { let word: String }

  @Test("R1: a caller's limit bounds the credential and every attempt, and counts from the beginning of the call")
  func limit() throws {
    for (authorization, said) in [
      (Authorization.none, ["send 4"]), (.client, ["obtain 4", "send 4"]), (.bearer, ["obtain 4", "send 4"]),
    ] {
      #expect(try Call(authorization: authorization, limit: .seconds(4)).said == said)
    }
    var call = try Call(limit: .seconds(14))
    call.lost(duration: .seconds(5))
    call.lost(duration: .seconds(1))
    #expect(call.said == ["send 10", "wait 1", "send 8", "wait 2", "send 5"])

    var machine = CallMachine(
      CallMachine.Plan(
        endpoint: "test", label: nil, failureCodes: .serviceToken, authorization: .clientCredentials,
        limit: .seconds(4)))
    _ = machine.begun(at: .start)
    #expect(machine.authorized(with: .init(), at: .start.after(3)).action.word == "send 1")
  }

  @Test("R1: a limit beyond the policy's 35 s changes nothing")
  func longLimit() throws {
    var call = try Call(limit: .seconds(36))
    let step = call.lost(duration: .seconds(34))
    #expect(call.said == ["send 10", "fail idp_unavailable 1"])
    #expect(step.shapes.last == "retry_exhausted warning endpoint label attempts")
    var other = try Call(authorization: .bearer, limit: .seconds(3600))
    other.lost()
    other.lost()
    other.lost()
    #expect(other.said.last == "fail idp_unavailable 3")
  }

  @Test("R1: no time at all ends a call before anything is sent", arguments: [Duration.zero, .seconds(-1)])
  func noTime(limit: Duration) throws {
    let call = try Call(limit: limit)
    #expect(call.said == ["fail deadline_exceeded 0"])
    let authorized = try Call(authorization: .client, limit: limit)
    #expect(authorized.said == ["obtain \(limit.components.seconds)", "fail deadline_exceeded 0"])
  }

  @Test("R1: a credential that took the caller's time ends the call, and nothing is sent")
  func limitOverCredential() throws {
    var machine = CallMachine(
      CallMachine.Plan(
        endpoint: "test", label: nil, failureCodes: .serviceToken, authorization: try Authorization.bearer.of("a"),
        limit: .seconds(4)))
    _ = machine.begun(at: .start)
    let error = try deadline(machine.authorized(with: .init(), at: .start.after(4)))
    #expect(error.attempts == 0)
    #expect(error.status == nil)
    #expect(error.cause == nil)
  }

  @Test("R1: a wait that would outlast the caller's time is not begun: the call ends, and the last error is the cause")
  func limitOverWait() throws {
    for (limit, said) in [
      (Duration.seconds(1), "fail deadline_exceeded 1"), (.seconds(1) + .nanoseconds(1), "wait 1"),
      (.milliseconds(500), "fail deadline_exceeded 1"),
    ] {
      var call = try Call(limit: limit)
      let step = call.answered(.init(status: 503))
      #expect(call.said[1] == said)
      guard said.hasPrefix("fail") else { continue }
      let error = try deadline(step)
      #expect(error.status == 503)
      #expect(error.attempts == 1)
      #expect((error.cause as? ServiceTokenError)?.code == .idpUnavailable)
    }
    var asked = try Call(limit: .seconds(4))
    asked.answered(.init(status: 503, retryAfter: .seconds(5)))
    #expect(asked.said == ["send 4", "fail deadline_exceeded 1"])
  }

  @Test("R1: an attempt that took the caller's time ends the call with the deadline, and R7 does not speak of retries")
  func limitOverAttempt() throws {
    var call = try Call(limit: .seconds(4))
    let step = call.lost(TransportFailure(.timeOut), duration: .seconds(4))
    let error = try deadline(step)
    #expect(error.attempts == 1)
    #expect(error.status == nil)
    #expect(step.events.map(\.name) == ["conversion.mc_token.network_error"])
  }

  @Test("R1: a wait that lasted longer than asked for, over the caller's time, ends the call with the deadline")
  func oversleepingTheLimit() throws {
    var machine = CallMachine(
      CallMachine.Plan(
        endpoint: "test", label: nil, failureCodes: .serviceToken, authorization: .none, limit: .seconds(4)))
    _ = machine.begun(at: .start)
    _ = machine.answered(.init(status: 500), duration: .zero, at: .start)
    let error = try deadline(machine.waited(at: .start.after(4)))
    #expect(error.status == 500)
    #expect(error.attempts == 1)
  }

  @Test("R7: used-up attempts are the answer, and so is a long Retry-After, however little time the caller has left")
  func limitAndLastError() throws {
    var call = try Call(limit: .seconds(4))
    call.lost()
    call.lost()
    let step = call.lost(duration: .seconds(1))
    #expect(step.action.word == "fail idp_unavailable 3")
    #expect(step.shapes.last == "retry_exhausted warning endpoint label attempts")
    var asked = try Call(limit: .seconds(1))
    asked.answered(.init(status: 503, retryAfter: .seconds(60)))
    #expect(asked.said == ["send 1", "fail idp_unavailable 1"])
    var refused = try Call(limit: .seconds(1))
    refused.answered(.init(status: 400), duration: .seconds(1))
    #expect(refused.said == ["send 1", "fail idp_misconfigured 1"])
  }

  @Test("R2: an answer that comes after the caller's time is read all the same: it is there")
  func lateSuccess() throws {
    var call = try Call(limit: .seconds(1))
    call.answered(.init(status: 200), duration: .seconds(2))
    #expect(call.said == ["send 1", "read"])
  }

  @Test("D7: a recovery has what is left of the caller's time, and without any the refusal is the answer")
  func limitAndRecovery() throws {
    var call = try Call(authorization: .bearer, limit: .seconds(8))
    call.answered(.init(status: 401), duration: .seconds(3))
    #expect(call.said == ["obtain 8", "send 8", "report", "obtain 5", "send 5"])
    var late = try Call(authorization: .bearer, limit: .seconds(8))
    late.answered(.init(status: 401), duration: .seconds(8))
    #expect(late.said == ["obtain 8", "send 8", "report", "fail service_client_unauthorized 1"])
    var secret = try Call(authorization: .client, limit: .seconds(8), secretDiffers: true)
    secret.answered(.init(status: 401), duration: .seconds(8))
    #expect(secret.said == ["obtain 8", "send 8", "reread", "fail service_client_unauthorized 1"])
  }

  @Test("R1: the caller's time is the monotonic clock's: who sets the wall clock takes none of it")
  func limitByMonotonicClock() throws {
    var machine = CallMachine(
      CallMachine.Plan(
        endpoint: "test", label: nil, failureCodes: .serviceToken, authorization: .none, limit: .seconds(4)))
    _ = machine.begun(at: .start)
    let dayLater = Reading(monotonic: Reading.start.monotonic, wall: Reading.start.after(86_400).wall)
    #expect(machine.lost(TransportFailure(.connect), duration: .zero, at: dayLater).action.word == "wait 1")
  }

  // MARK: - Jitter and probes

  @Test("R1: the random number given spreads the waits with full jitter, and moves none without")
  func jitter() throws {
    for (random, first, second) in [
      (0, .zero, .zero), (1 << 62, .milliseconds(250), .milliseconds(500)),
      (1 << 63, .milliseconds(500), .seconds(1)),
    ] as [(UInt64, Duration, Duration)] {
      var call = try Call(policy: RetryPolicy(jitter: .full), random: random)
      call.lost()
      #expect(call.now == .start.advanced(by: first))
      call.answered(.init(status: 500))
      #expect(call.now == .start.advanced(by: first + second))
    }
    var call = try Call(random: .max)
    call.lost()
    call.lost()
    #expect(call.said == ["send 10", "wait 1", "send 10", "wait 2", "send 10"])
  }

  @Test("R3: jitter shortens no Retry-After")
  func jitterAndRetryAfter() throws {
    var call = try Call(policy: RetryPolicy(jitter: .full), random: 1 << 63)
    call.answered(.init(status: 503, retryAfter: .seconds(3)))
    #expect(call.said[1] == "wait 3")
  }

  @Test("S11: a probe is one request: no wait, no secret read anew, no recovery, and R7: one event")
  func probe() throws {
    let policy = RetryPolicy.standard.singleAttempt
    var lost = try Call(policy: policy)
    let step = lost.lost()
    #expect(lost.said == ["send 10", "fail idp_unavailable 1"])
    #expect(step.shapes.last == "retry_exhausted warning endpoint label attempts")
    var busy = try Call(policy: policy)
    guard case .fail(let error) = busy.answered(.init(status: 429, retryAfter: .seconds(2))).action else {
      return #expect(Bool(false))
    }
    #expect(error.retryAfter == .seconds(2))
    var refused = try Call(authorization: .client, policy: policy, secretDiffers: true)
    refused.answered(.init(status: 401))
    #expect(refused.said == ["obtain", "send 10", "fail service_client_unauthorized 1"])
    var revoked = try Call(authorization: .bearer, policy: policy)
    revoked.answered(.init(status: 401))
    #expect(revoked.said == ["obtain", "send 10", "report", "fail service_client_unauthorized 1"])
  }
}
