/// One call of an endpoint: attempts, waits, time limits, `Retry-After`, and recovery after a refusal. All transitions
/// stand in this file; it reads no clock and does no I/O. Facts come in with the moment at which they happened, a
/// ``Step`` goes out: events to log and the one thing to do next. Requests, answers and secrets stay with the caller.
///
/// | fact | condition | next |
/// | --- | --- | --- |
/// | ``begun(at:)`` | needs no credential | send |
/// | | else | obtain a credential |
/// | ``authorized(with:at:)`` | first time, or time left | send |
/// | | otherwise | fail with the refusal |
/// | ``answered(_:duration:at:random:)`` | 2xx, whole or too long | read |
/// | | 2xx, broken off | as lost |
/// | | unauthorized or `invalid_client`, by client credentials, attempts left | re-read the secret |
/// | | 401 to a bearer token | report the token as refused |
/// | | unavailable, no attempts left | fail, exhausted |
/// | | unavailable, `Retry-After` longer than allowed | fail with it |
/// | | unavailable, time left | wait |
/// | | unavailable, none left | fail, exhausted; or because the caller's time is over |
/// | | otherwise | fail |
/// | ``lost(_:duration:at:random:)`` | attempts and time left | wait |
/// | | none left | fail, exhausted |
/// | ``waited(at:)`` | time left | send |
/// | | none left | fail, exhausted |
/// | ``unbuildable(_:)`` | | fail |
/// | ``rejected(_:status:)`` | | fail |
/// | ``secretReread(differs:as:at:)`` | differs, time left | send |
/// | | otherwise | fail with the refusal |
/// | ``refusalReported(_:at:)`` | token from the cache, dropped or superseded, first time, attempts left | obtain a credential |
/// | | otherwise | fail with the refusal |
/// | ``cancelledOnTheWire(duration:)`` | | stop |
public struct CallMachine: Sendable {
  /// What stays the same for the whole call.
  public struct Plan: Sendable {
    /// The endpoint's name.
    public var endpoint: EndpointName
    /// The label, as the log is to show it; nil leaves it out.
    public var label: String?
    /// Fields that the events about an answer's content carry.
    public var answerFields: [LogEvent.Field]
    /// The endpoint's errors.
    public var failureCodes: FailureCodes
    /// With what it is authorized.
    public var authorization: EndpointAuthorization
    /// How it is retried.
    public var policy: RetryPolicy
    /// How long the caller waits; nil where it does for as long as the policy lets it.
    public var limit: Duration?

    /// Makes a plan.
    public init(
      endpoint: EndpointName, label: String?, answerFields: [LogEvent.Field] = [], failureCodes: FailureCodes,
      authorization: EndpointAuthorization, policy: RetryPolicy = .standard, limit: Duration? = nil
    ) {
      self.endpoint = endpoint
      self.label = label
      self.answerFields = answerFields
      self.failureCodes = failureCodes
      self.authorization = authorization
      self.policy = policy
      self.limit = limit
    }
  }

  /// What to log, and what to do next.
  public struct Step: Sendable {
    /// What to log, in this order, before the action.
    public var events: [LogEvent] = []
    /// The one thing to do.
    public var action: Action
  }

  /// An instruction.
  public enum Action: Sendable {
    /// Read the client secret, or get the service token within the time that the caller has; then
    /// ``CallMachine/authorized(with:at:)``. If that fails, the call ends with its error as it is.
    case obtainCredential(within: Duration?)
    /// Build the request anew and send it, with this long for the whole attempt; then
    /// ``CallMachine/answered(_:duration:at:random:)``, ``CallMachine/lost(_:duration:at:random:)`` or
    /// ``CallMachine/cancelledOnTheWire(duration:)``.
    case send(timeout: Duration)
    /// Wait; then ``CallMachine/waited(at:)``. If cancelled meanwhile, the call ends with the cancellation.
    case wait(Duration)
    /// Read the client secret anew; then ``CallMachine/secretReread(differs:as:at:)``.
    case rereadSecret
    /// Report the service token as refused; then ``CallMachine/refusalReported(_:at:)``.
    case reportRefusal
    /// Read the answer: the call succeeds or is rejected by what it says.
    case read
    /// End the call with this error.
    indirect case fail(ServiceTokenError)
    /// End the call with the cancellation.
    case stop
  }

  private let plan: Plan
  private var attempt = 0
  private var begunAt: Reading?
  private var sendingSince: Reading?
  private var credential = CredentialFacts()
  private var hasRecovered = false
  private var lastError: ServiceTokenError?

  /// What a call must know of its credential, without the secret.
  public struct CredentialFacts: Sendable, Hashable {
    /// It is a service token that was cached before this call wanted it.
    public var isFromCache: Bool
    /// The form of client authentication to try where this one is refused (SPEC S3).
    public var alternative: ClientAuthentication?

    /// States the facts.
    public init(isFromCache: Bool = false, alternative: ClientAuthentication? = nil) {
      self.isFromCache = isFromCache
      self.alternative = alternative
    }
  }

  /// Makes a machine for one call.
  public init(_ plan: Plan) { self.plan = plan }

  // MARK: - Facts

  /// The call begins.
  public mutating func begun(at now: Reading) -> Step {
    begunAt = now
    return plan.authorization == .none ? send(at: now) : obtainCredential(at: now)
  }

  /// The credential is there.
  public mutating func authorized(with credential: CredentialFacts, at now: Reading) -> Step {
    self.credential = credential
    return attempt == 0 ? send(at: now) : sendOnceMore(at: now)
  }

  /// An answer came, `duration` after the attempt was sent. SPEC R2 to R5.
  ///
  /// - Parameters:
  ///   - answer: the answer.
  ///   - duration: the time up to its head.
  ///   - now: the moment.
  ///   - random: 64 random bits, for the jitter of a wait; drawn where there is one.
  public mutating func answered(
    _ answer: AnswerFacts, duration: Duration, at now: Reading, random: @autoclosure () -> UInt64 = 0
  ) -> Step {
    let meaning = plan.policy.statuses.meaning(of: answer.status)
    if meaning == .success {
      if let failure = answer.brokenOff {
        let event = event(.bodyReadFailed, status: answer.status, failure: failure)
        return retry(unavailable(answer, "the answer broke off", cause: failure), events: [event], at: now, random())
      }
      return Step(events: [event(.success, status: answer.status, duration: duration)], action: .read)
    }
    let event = event(.endpointError, status: answer.status, duration: duration)
    switch meaning {
    case .success, .unavailable:
      let retryAfter = meaning == .unavailable(mindsRetryAfter: true) ? answer.retryAfter : nil
      var error = unavailable(answer, "the server cannot answer now")
      error.retryAfter = retryAfter
      return retry(error, events: [event], at: now, random())
    case .unauthorized:
      let error = error(plan.failureCodes.unauthorized, "the server refused the credentials", answer)
      return recover(from: error, meaning: meaning, answer: answer, events: [event])
    case .rejected:
      let isRedirect = 300..<400 ~= answer.status
      let message = isRedirect ? "the server redirects, which is never followed" : "the server refused the request"
      let error = error(plan.failureCodes.rejected, message, answer)
      return recover(from: error, meaning: meaning, answer: answer, events: [event])
    }
  }

  /// No answer came, `duration` after the attempt was sent. SPEC R2.
  ///
  /// - Parameters:
  ///   - failure: why.
  ///   - duration: the time up to the failure.
  ///   - now: the moment.
  ///   - random: 64 random bits, for the jitter of a wait; drawn where there is one.
  public mutating func lost(
    _ failure: TransportFailure, duration: Duration, at now: Reading, random: @autoclosure () -> UInt64 = 0
  ) -> Step {
    let event = event(.networkError, duration: duration, failure: failure)
    let error = ServiceTokenError(
      plan.failureCodes.unavailable, "no answer came", endpoint: plan.endpoint, attempts: attempt, cause: failure)
    return retry(error, events: [event], at: now, random())
  }

  /// The request cannot be built. SPEC R0.
  public func unbuildable(_ cause: any Error) -> Step {
    Step(
      action: .fail(
        ServiceTokenError(
          plan.failureCodes.unavailable, "the request cannot be built", endpoint: plan.endpoint, attempts: attempt - 1,
          cause: cause)))
  }

  /// The call was cancelled while its request was on the wire. SPEC R6.
  public func cancelledOnTheWire(duration: Duration) -> Step {
    Step(events: [event(.cancelled, duration: duration)], action: .stop)
  }

  /// The wait is over.
  public mutating func waited(at now: Reading) -> Step { send(at: now) }

  /// The secret was read anew after a refusal; `differs` from the one that was refused. SPEC R3.
  ///
  /// - Parameters:
  ///   - differs: whether it is another one.
  ///   - credential: what is to be known of the new one; nil leaves what was known.
  ///   - now: the moment.
  public mutating func secretReread(
    differs: Bool, as credential: CredentialFacts? = nil, at now: Reading
  ) -> Step {
    if let credential { self.credential = credential }
    return differs ? sendOnceMore(at: now) : giveUp()
  }

  /// The refused service token was reported. SPEC D7.
  public mutating func refusalReported(_ refusal: TokenMachine.Refusal, at now: Reading) -> Step {
    let mayRecover = refusal.allowsRecovery(isFromCache: credential.isFromCache, hasRecovered: hasRecovered)
    guard mayRecover, attempt < plan.policy.maximumAttempts, timeLeft(at: now) > .zero else { return giveUp() }
    hasRecovered = true
    return obtainCredential(at: now)
  }

  /// A 2xx answer was read and is none. SPEC S4, D5.
  public func rejected(_ rejection: AnswerRejection, status: Int) -> Step {
    let event =
      switch rejection.fault {
      case .unparsable:
        LogEvent(
          .parseFailed, endpoint: plan.endpoint,
          fields: plan.answerFields + [.init("err", .string(rejection.reason.truncated(toBytes: 100)))])
      case .invalidShape:
        LogEvent(.invalidShape, endpoint: plan.endpoint, fields: plan.answerFields + rejection.fields)
      }
    return Step(
      events: [event],
      action: .fail(
        ServiceTokenError(
          plan.failureCodes.unavailable, "the answer is none: \(rejection.reason)", endpoint: plan.endpoint,
          status: status, attempts: attempt)))
  }

  // MARK: - Transitions

  private func obtainCredential(at now: Reading) -> Step {
    Step(action: .obtainCredential(within: callersTimeLeft(at: now)))
  }

  private mutating func send(at now: Reading) -> Step {
    if sendingSince == nil { sendingSince = now }
    let timeout = min(plan.policy.attemptTimeout, timeLeft(at: now))
    guard timeout > .zero else { return outOfTime(at: now) }
    attempt += 1
    return Step(action: .send(timeout: timeout))
  }

  /// After a refusal: without a wait, but within the attempts and the time.
  private mutating func sendOnceMore(at now: Reading) -> Step {
    timeLeft(at: now) > .zero ? send(at: now) : giveUp()
  }

  private mutating func recover(
    from error: ServiceTokenError, meaning: StatusTable.Meaning, answer: AnswerFacts, events: [LogEvent]
  ) -> Step {
    var error = error
    // Not by the code: a kind may use one for all its failures.
    let isRefusal = meaning == .unauthorized || answer.oauthError == .invalidClient
    if isRefusal, let alternative = credential.alternative {
      error.message +=
        "; id or secret hold characters that the two forms of HTTP Basic write differently: try client authentication "
        + "'\(alternative.rawValue)' (MC_CLIENT_AUTH, --client-auth)"
    }
    lastError = error
    switch plan.authorization {
    case .clientCredentials where isRefusal && !hasRecovered && attempt < plan.policy.maximumAttempts:
      hasRecovered = true
      return Step(events: events, action: .rereadSecret)
    case .bearer where answer.status == 401:
      return Step(events: events, action: .reportRefusal)
    default:
      return Step(events: events, action: .fail(error))
    }
  }

  private mutating func retry(
    _ error: ServiceTokenError, events: [LogEvent], at now: Reading, _ random: UInt64
  ) -> Step {
    lastError = error
    // The count first: whatever the server asks for after the last attempt, the attempts are used up (SPEC R7).
    guard attempt < plan.policy.maximumAttempts else { return exhausted(after: events) }
    if let retryAfter = error.retryAfter, retryAfter > plan.policy.longestRetryAfter {
      return Step(events: events, action: .fail(error))
    }
    let wait = max(plan.policy.backoff(beforeAttempt: attempt + 1, random: random), error.retryAfter ?? .zero)
    guard wait < timeLeft(at: now) else { return outOfTime(after: events, waiting: wait, at: now) }
    return Step(events: events, action: .wait(wait))
  }

  private func exhausted(after events: [LogEvent] = []) -> Step {
    let event = event(.retryExhausted, attempts: attempt)
    return Step(events: events + [event], action: giveUp().action)
  }

  /// Ends a call for which not enough time is left: the caller's own, or that of the policy.
  private func outOfTime(after events: [LogEvent] = [], waiting: Duration = .zero, at now: Reading) -> Step {
    guard let left = callersTimeLeft(at: now), left <= waiting else { return exhausted(after: events) }
    return Step(
      events: events,
      action: .fail(
        ServiceTokenError(
          .deadlineExceeded, "the caller's time is over", endpoint: plan.endpoint, status: lastError?.status,
          attempts: attempt, cause: lastError)))
  }

  private func giveUp() -> Step {
    Step(
      action: .fail(
        lastError
          ?? ServiceTokenError(
            plan.failureCodes.unavailable, "the time ran out", endpoint: plan.endpoint, attempts: attempt)))
  }

  private func timeLeft(at now: Reading) -> Duration {
    let left = plan.policy.totalTimeout - (sendingSince.map { now.elapsed(since: $0) } ?? .zero)
    return callersTimeLeft(at: now).map { min(left, $0) } ?? left
  }

  /// By the monotonic clock alone: somebody who sets the other one takes no time from those who wait.
  private func callersTimeLeft(at now: Reading) -> Duration? {
    plan.limit.map { $0 - (begunAt.map { now.elapsed(since: $0) } ?? .zero) }
  }

  // MARK: - Errors and events

  private func unavailable(
    _ answer: AnswerFacts, _ message: String, cause: TransportFailure? = nil
  ) -> ServiceTokenError {
    var error = error(plan.failureCodes.unavailable, message, answer)
    error.cause = cause
    return error
  }

  private func error(
    _ code: ServiceTokenError.Code, _ message: String, _ answer: AnswerFacts
  ) -> ServiceTokenError {
    ServiceTokenError(
      code, message, endpoint: plan.endpoint, status: answer.status, attempts: attempt, oauthError: answer.oauthError,
      redirectTarget: answer.redirectTarget)
  }

  /// An event with the call's label, and of the rest what is not nil. `duration` comes with the attempt that took it.
  private func event(
    _ name: LogEvent.Name, attempts: Int? = nil, status: Int? = nil, duration: Duration? = nil,
    failure: TransportFailure? = nil
  ) -> LogEvent {
    var fields: [LogEvent.Field] = []
    fields.reserveCapacity(5)
    if let label = plan.label { fields.append(.init("label", .string(label))) }
    if let attempts { fields.append(.init("attempts", .int(attempts))) }
    if let status { fields.append(.init("status", .int(status))) }
    if let duration {
      fields.append(.init("attempt", .int(attempt)))
      fields.append(.init("duration", .duration(duration)))
    }
    if let failure { fields.append(.init("err", .string("\(failure)".truncated(toBytes: 200)))) }
    return LogEvent(name, endpoint: plan.endpoint, fields: fields)
  }
}
