import ServiceTokenDomain

/// What came of one exchange, as far as it matters to what is done next.
enum Reply {
  case answer(Meaning)
  case lost
  case cancelled
}

/// What an answer says to one who reads it well.
struct Meaning: Sendable {
  var status: Int
  var retryAfter: Duration?
  var oauthError: String?
  /// A 2xx whose body broke off.
  var isBroken: Bool
  /// A 2xx that holds what was asked for.
  var isGood: Bool
  var issue: Issue?
}

/// What a call must fail with.
struct Failure: Equatable, CustomStringConvertible {
  var code: String
  var status: Int?
  var attempts: Int
  var retryAfter: Duration?
  var oauthError: String?

  var description: String {
    "\(code) status \(status ?? 0), \(attempts) attempts, retry after \(retryAfter.map { "\($0)" } ?? "-"), "
      + "error=\(oauthError ?? "-")"
  }
}

extension Failure {
  init(_ error: ServiceTokenError) {
    self.init(
      code: error.code.name, status: error.status, attempts: error.attempts, retryAfter: error.retryAfter,
      oauthError: error.oauthError?.text)
  }
}

/// What one call of an endpoint has to do next, and what has to come of it, by the rules of SPEC R1 to R7, D7 and S11.
///
/// It is written from the specification alone, as what an onlooker at the ports may see. The client is held to it.
struct Course {
  enum Kind {
    case serviceToken, download
  }

  enum Next: Equatable {
    /// Its credential, and then a request.
    case credential
    /// A request, in this moment.
    case request
    /// A sleep of this length, and then a request.
    case sleep(Duration)
    /// The secret once more, and if that is another one a request.
    case secretAgain
    /// If the refused token came from the cache, another token and then a request; else nothing.
    case tokenAgain
    /// Nothing: it is over, with what was asked for or with a failure.
    case over(Failure?)
  }

  private static let attemptTimeout = Duration.seconds(10)
  private static let totalTimeout = Duration.seconds(35)
  private static let attempts = 3
  private static let longestWait = Duration.seconds(5)

  let kind: Kind
  private(set) var next = Next.credential
  private(set) var requestCount = 0
  private(set) var hasRecovered = false
  private var began: Int64?
  private var refusal: Failure?

  init(_ kind: Kind) { self.kind = kind }

  var isOver: Bool { if case .over = next { true } else { false } }
  var failure: Failure? { if case .over(let failure) = next { failure } else { nil } }

  private var unauthorized: String { "service_client_unauthorized" }
  private var rejected: String { kind == .serviceToken ? "idp_misconfigured" : "download_token_failed" }
  private var unavailable: String { kind == .serviceToken ? "idp_unavailable" : "mc_token_unavailable" }

  /// How much is left of the time for the whole, at `now` of the monotonic clock.
  func timeLeft(at now: Int64) -> Duration {
    Self.totalTimeout - .nanoseconds(now - (began ?? now))
  }

  // MARK: - Facts

  mutating func hasCredential() { next = .request }

  mutating func hasNoSecret() {
    next = .over(refusal ?? Failure(code: "secret_unavailable", attempts: 0))
  }

  mutating func hasSecretAgain(isOther: Bool, at now: Int64) {
    guard isOther, timeLeft(at: now) > .zero else { return next = .over(refusal) }
    hasRecovered = true
    next = .request
  }

  /// Returns what is wrong about a request with this time-out, if anything.
  mutating func sent(timeout: Duration, isRecovery: Bool, at now: Int64, slack: Duration) -> String? {
    guard requestCount < Self.attempts else { return "more than three requests" }
    if began == nil { began = now }
    requestCount += 1
    if isRecovery { hasRecovered = true }
    let due = min(Self.attemptTimeout, timeLeft(at: now))
    guard timeout > .zero, timeout <= due + slack, timeout >= due - slack else {
      return "a request may take \(timeout), where \(due) is left"
    }
    return nil
  }

  mutating func slept(at now: Int64) {
    next = timeLeft(at: now) > .zero ? .request : .over(refusal)
  }

  mutating func replied(_ reply: Reply, at now: Int64) {
    switch reply {
    case .cancelled:
      next = .over(nil)
    case .lost:
      later(Failure(code: unavailable, attempts: requestCount), at: now)
    case .answer(let meaning):
      answered(meaning, at: now)
    }
  }

  private mutating func answered(_ meaning: Meaning, at now: Int64) {
    var failure = Failure(
      code: unavailable, status: meaning.status, attempts: requestCount, oauthError: meaning.oauthError)
    switch meaning.status {
    case 200..<300 where meaning.isBroken:
      later(failure, at: now)
    case 200..<300:
      next = .over(meaning.isGood ? nil : failure)
    case 408, 429, 503:
      failure.retryAfter = meaning.retryAfter
      later(failure, at: now)
    case 300..<500:
      failure.code = [401, 403].contains(meaning.status) ? unauthorized : rejected
      refused(failure)
    default:
      later(failure, at: now)
    }
  }

  private mutating func later(_ failure: Failure, at now: Int64) {
    refusal = failure
    let wait = max(Duration.seconds(1 << (requestCount - 1)), failure.retryAfter ?? .zero)
    let isTooLong = (failure.retryAfter ?? .zero) > Self.longestWait
    let isLast = requestCount == Self.attempts || isTooLong || wait >= timeLeft(at: now)
    next = isLast ? .over(failure) : .sleep(wait)
  }

  private mutating func refused(_ failure: Failure) {
    refusal = failure
    let mayRecover = !hasRecovered && requestCount < Self.attempts
    let isOfCredential = failure.code == unauthorized || failure.oauthError == "invalid_client"
    switch kind {
    case .serviceToken where mayRecover && isOfCredential: next = .secretAgain
    case .download where mayRecover && failure.status == 401: next = .tokenAgain
    default: next = .over(failure)
    }
  }

  /// What it ends with where the token that was refused is not replaced.
  var failureIfNotRecovered: Failure? { next == .tokenAgain ? refusal : failure }
}
