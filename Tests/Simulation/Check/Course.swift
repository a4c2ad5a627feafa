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
  var requestedWait: ServersWait?
  var retryAfter: Duration?
  var oauthError: String?
  /// A 2xx whose body broke off.
  var isBroken: Bool
  /// A 2xx that holds what was asked for.
  var isGood: Bool
  var issue: Issue?
}

/// What a call must fail with.
struct Failure: Hashable, CustomStringConvertible {
  static let deadlineExceeded = "deadline_exceeded"
  static let shutDown = "shut_down"

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
    /// A sleep of such a length, and then a request.
    case sleep(ClosedRange<Duration>)
    /// The secret once more, and if that is another one a request.
    case secretAgain
    /// Another token, and then a request.
    case tokenAgain
    /// Nothing: it is over, with what was asked for or with a failure.
    case over(Failure?)
  }

  private static let attemptTimeout = Duration.seconds(10)
  private static let totalTimeout = Duration.seconds(35)
  private static let longestWait = Duration.seconds(5)

  let kind: Kind
  /// Whether waits may be shorter by chance.
  private let hasJitter: Bool
  /// How many requests it may make; as a probe a single one.
  var attempts = 3
  /// Whether it may be a probe, as far as one can see.
  var mayBeProbe = false
  /// The caller's own limit, and when it began to count.
  private let limit: Duration?
  private let began: Int64

  private(set) var next = Next.credential
  /// The failures with which it may end already now.
  private(set) var mayEnd: [Failure] = []
  private(set) var requestCount = 0
  private var hasRecovered = false
  private var sendingSince: Int64?
  private var failure: Failure?

  init(_ kind: Kind, hasJitter: Bool, limit: Duration? = nil, began: Int64) {
    (self.kind, self.hasJitter, self.limit, self.began) = (kind, hasJitter, limit, began)
  }

  var isOver: Bool { if case .over = next { true } else { false } }
  /// All that it may fail with.
  var failures: [Failure] { if case .over(let failure?) = next { mayEnd + [failure] } else { mayEnd } }

  private var unauthorized: String { "service_client_unauthorized" }
  private var rejected: String { kind == .serviceToken ? "idp_misconfigured" : "download_token_failed" }
  private var unavailable: String { kind == .serviceToken ? "idp_unavailable" : "mc_token_unavailable" }

  // MARK: - Time

  private func policysTimeLeft(at now: Int64) -> Duration {
    Self.totalTimeout - .nanoseconds(now - (sendingSince ?? now))
  }

  private func callersTimeLeft(at now: Int64) -> Duration? { limit.map { $0 - .nanoseconds(now - began) } }

  /// How much is left of the time for the whole, at `now` of the monotonic clock.
  func timeLeft(at now: Int64) -> Duration {
    min(policysTimeLeft(at: now), callersTimeLeft(at: now) ?? .seconds(1_000_000))
  }

  private var outOfCallersTime: Failure {
    Failure(code: Failure.deadlineExceeded, status: failure?.status, attempts: requestCount)
  }

  // MARK: - Facts

  mutating func hasCredential() { go(.request) }

  mutating func hasNoSecret() {
    go(.over(failure ?? Failure(code: "secret_unavailable", attempts: 0)))
  }

  mutating func hasSecretAgain(isOther: Bool, at now: Int64) {
    guard isOther, timeLeft(at: now) > .zero else { return go(.over(failure)) }
    hasRecovered = true
    go(.request)
  }

  /// Returns what is wrong about a request with this time-out, if anything.
  mutating func sent(timeout: Duration, at now: Int64, slack: Duration) -> String? {
    guard requestCount < attempts else { return "a request after the \(attempts) that it may make" }
    if sendingSince == nil { sendingSince = now }
    if next == .tokenAgain { hasRecovered = true }
    requestCount += 1
    go(.request)
    let due = min(Self.attemptTimeout, timeLeft(at: now))
    guard timeout > .zero, timeout <= due + slack, timeout >= due - slack else {
      return "a request may take \(timeout), where \(due) is left"
    }
    return nil
  }

  mutating func slept(at now: Int64) {
    guard timeLeft(at: now) <= .zero else { return go(.request) }
    go(.over((callersTimeLeft(at: now) ?? .seconds(1)) <= .zero ? outOfCallersTime : failure))
  }

  mutating func replied(_ reply: Reply, at now: Int64) {
    switch reply {
    case .cancelled:
      go(.over(nil))
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
      go(.over(meaning.isGood ? nil : failure))
    case 408, 429, 503:
      failure.retryAfter = meaning.retryAfter
      later(failure, at: now)
    case 300..<500:
      failure.code = [401, 403].contains(meaning.status) ? unauthorized : rejected
      refused(failure, at: now)
    default:
      later(failure, at: now)
    }
  }

  private mutating func later(_ failure: Failure, at now: Int64) {
    self.failure = failure
    let asked = failure.retryAfter ?? .zero
    guard requestCount < attempts, asked <= Self.longestWait else { return go(.over(failure)) }
    let pause = Duration.seconds(1 << (requestCount - 1))
    let wait = max(hasJitter ? .zero : pause, asked)...max(pause, asked)
    let left = timeLeft(at: now)
    // With too little time left it ends: as its caller's own, or as that of the policy.
    let callersLeft = callersTimeLeft(at: now)
    var ends: [Failure] = []
    if let callersLeft, callersLeft <= wait.upperBound { ends.append(outOfCallersTime) }
    if policysTimeLeft(at: now) <= wait.upperBound { ends.append(failure) }
    if wait.lowerBound >= left {
      go(.over(ends.first), mayEnd: ends)
    } else {
      go(.sleep(wait), mayEnd: ends + (isPerhapsDone ? [failure] : []))
    }
  }

  private mutating func refused(_ failure: Failure, at now: Int64) {
    self.failure = failure
    let mayRecover = !hasRecovered && requestCount < attempts
    let isOfCredential = failure.code == unauthorized || failure.oauthError == "invalid_client"
    switch kind {
    case .serviceToken where mayRecover && isOfCredential:
      go(.secretAgain, mayEnd: isPerhapsDone ? [failure] : [])
    case .download where mayRecover && failure.status == 401 && timeLeft(at: now) > .zero:
      // Whether the token came from the cache is another matter.
      go(.tokenAgain, mayEnd: [failure])
    default:
      go(.over(failure))
    }
  }

  private var isPerhapsDone: Bool { mayBeProbe && requestCount == 1 }

  private mutating func go(_ next: Next, mayEnd: [Failure] = []) { (self.next, self.mayEnd) = (next, mayEnd) }
}
