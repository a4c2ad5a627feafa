/// How often, how long and for what a request is tried again (SPEC R1 to R3).
///
/// | attempt | wait before it |
/// | --- | --- |
/// | 1 | – |
/// | 2 | 1 s, or a longer `Retry-After` of up to 5 s |
/// | 3 | 2 s, or a longer `Retry-After` of up to 5 s |
public struct RetryPolicy: Sendable, Hashable {
  /// How many requests are sent at most, the first included.
  public let maximumAttempts: Int
  /// The wait before the second attempt; it doubles with each further one.
  public let initialBackoff: Duration
  /// How the waits are spread over time.
  public let jitter: Jitter
  /// How long one attempt may take as a whole (SPEC C2).
  public let attemptTimeout: Duration
  /// How long all attempts and the waits between them may take together.
  public let totalTimeout: Duration
  /// The longest `Retry-After` that is waited out; a longer one ends the attempts at once and is in the error.
  public let longestRetryAfter: Duration
  /// What a status means.
  public let statuses: StatusTable

  /// Makes a policy; the defaults are SPEC's.
  ///
  /// - Precondition: at least one attempt; no negative duration; time-outs above zero.
  public init(
    maximumAttempts: Int = 3, initialBackoff: Duration = .seconds(1), jitter: Jitter = .none,
    attemptTimeout: Duration = .seconds(10), totalTimeout: Duration = .seconds(35),
    longestRetryAfter: Duration = .seconds(5), statuses: StatusTable = .standard
  ) {
    precondition(maximumAttempts >= 1, "there is at least one attempt")
    precondition(initialBackoff >= .zero && longestRetryAfter >= .zero, "a wait is not negative")
    precondition(attemptTimeout > .zero && totalTimeout > .zero, "a time-out is more than zero")
    self.maximumAttempts = maximumAttempts
    self.initialBackoff = initialBackoff
    self.jitter = jitter
    self.attemptTimeout = attemptTimeout
    self.totalTimeout = totalTimeout
    self.longestRetryAfter = longestRetryAfter
    self.statuses = statuses
  }

  /// SPEC's policy.
  public static let standard = RetryPolicy()
  /// The original Go client's: as ``standard``, with 408 and 429 taken for a client's fault and `Retry-After` ignored.
  public static let original = RetryPolicy(statuses: .original)

  /// How the waits between attempts are spread, so that clients that failed together do not come back together.
  public enum Jitter: Sendable, Hashable, CaseIterable {
    /// Not at all: 1 s, 2 s (SPEC R1).
    case none
    /// Evenly from zero to the whole wait.
    case full
  }

  /// The same policy for a probe: one attempt, so nothing is waited for.
  public var singleAttempt: RetryPolicy {
    RetryPolicy(
      maximumAttempts: 1, initialBackoff: initialBackoff, jitter: jitter, attemptTimeout: attemptTimeout,
      totalTimeout: totalTimeout, longestRetryAfter: longestRetryAfter, statuses: statuses)
  }

  /// The wait before attempt `attempt`, which is 2 or more, where the server asked for none.
  ///
  /// - Parameters:
  ///   - attempt: the number of the attempt to wait for.
  ///   - random: 64 random bits, for the ``jitter``.
  public func backoff(beforeAttempt attempt: Int, random: UInt64 = 0) -> Duration {
    // 2^30 s is beyond any total time-out; the shift stays defined for any number of attempts.
    let whole = initialBackoff * (1 << min(max(attempt - 2, 0), 30))
    return jitter == .full ? whole.scaled(by: random) : whole
  }
}
