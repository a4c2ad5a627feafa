import ServiceTokenDomain

/// What is known about the gate of the token endpoint (SPEC S11): a `Retry-After` closes it for all scopes, an outage does
/// where that is wanted; when the time has run out, one fetch goes through with a single attempt.
///
/// The observer sees a fetch when it first calls a port, and not when it was let in. What happened in the same moment may
/// have come before or after, so the model says what must be and, where it cannot know, what may be.
struct GateModel {
  enum Admission {
    case free
    case probe
    /// It cannot be told from a probe.
    case unknown
    case violation(String)
  }

  let closesOnOutage: Bool
  /// How much a time that the client measured may differ, in nanoseconds.
  let slack: Int64

  /// Nil where it is open. The moment may be past: then a probe may go, or is under way.
  private(set) var closedUntil: Reading?
  private(set) weak var probe: Flight?
  private var outages = 0
  /// What closed it, and what failed in that moment and since: any of these may be what callers are told.
  private var failures: [(failure: Failure, at: Int64)] = []
  /// What ever failed, without the time to wait.
  private var past: Set<Failure> = []
  private var changedAt: Int64 = -1 << 60
  /// Whether the model knows what it is.
  private(set) var isSure = true

  init(closesOnOutage: Bool, slack: Duration) {
    (self.closesOnOutage, self.slack) = (closesOnOutage, slack.nanoseconds)
  }

  var isOpen: Bool { closedUntil == nil }

  /// Whether it may have been something else within this moment.
  func isSettled(at now: Reading) -> Bool { isSure && now.monotonic - changedAt > slack }

  // MARK: - Facts

  mutating func admit(_ flight: Flight, at now: Reading) -> Admission {
    guard isSettled(at: now) else { return .unknown }
    guard let until = closedUntil else { return .free }
    guard !now.isBeforeByBoth(until) else { return .violation("a fetch while the server wants to be left alone") }
    if let probe, probe.isAlive { return .violation("a fetch beside the probe") }
    // Over by one clock, it must not begin again by the other.
    (probe, closedUntil) = (flight, Reading(monotonic: -1 << 62, wall: -1 << 62))
    changedAt = now.monotonic
    return .probe
  }

  mutating func succeeded(_ flight: Flight, at now: Reading, isSure: Bool) {
    // Who was told in this moment that it is closed, was told so before.
    if !isOpen { changedAt = now.monotonic }
    if probe === flight { probe = nil }
    (closedUntil, outages, self.isSure) = (nil, 0, isSure)
  }

  mutating func failed(_ flight: Flight, _ failure: Failure, at now: Reading, isSure: Bool) {
    let wasProbe = probe === flight
    if !isSure || flight.course.mayBeProbe { self.isSure = false }
    var pause = failure.retryAfter.map { min($0, .seconds(3600)).nanoseconds }
    if closesOnOutage, failure.code == "idp_unavailable", isOpen || wasProbe {
      pause = max(pause ?? 0, Int64(min(1 << min(outages, 5), 30)) * 1_000_000_000)
      outages += 1
    }
    let wasOpen = isOpen
    if wasProbe { probe = nil }
    if let pause {
      let until = now.later(by: pause)
      closedUntil =
        closedUntil.map { earlier in
          Reading(monotonic: max(earlier.monotonic, until.monotonic), wall: max(earlier.wall, until.wall))
        } ?? until
    } else if wasProbe, let until = closedUntil, !now.isBeforeByBoth(until) {
      // Nothing says that the endpoint does not answer.
      (closedUntil, outages) = (nil, 0)
    }
    note(failure, at: now)
    let earliest = now.monotonic - slack
    if wasOpen, !isOpen { failures.removeAll { $0.at < earliest } }
    if wasOpen != isOpen || wasProbe || pause != nil { changedAt = now.monotonic }
  }

  /// A fetch that may have been a probe may have failed.
  mutating func mayHaveFailed(_ failure: Failure, at now: Reading) {
    note(failure, at: now)
    changedAt = now.monotonic
    isSure = false
  }

  private mutating func note(_ failure: Failure, at now: Reading) {
    failures = failures.suffix(32) + [(failure, now.monotonic)]
    past.insert(failure.withoutWait)
  }

  /// What it was told of last may not have happened.
  mutating func doubt() { isSure = false }

  /// Who was told before a clock jumped may say so after.
  mutating func clockJumped(at now: Reading) { changedAt = now.monotonic }

  /// A fetch was given up; if it was the probe, the next one is.
  mutating func abandoned(_ flight: Flight, at now: Reading) {
    guard probe === flight else { return }
    probe = nil
    changedAt = now.monotonic
  }

  // MARK: - Who is refused

  /// Whether one may be told at `now` that it is closed, by this failure; or may have been, where `isLate`.
  func mayRefuse(_ failure: Failure, at now: Reading, isLate: Bool) -> Bool {
    guard let wait = failure.retryAfter else { return false }
    guard !isLate else { return past.contains(failure.withoutWait) }
    let isKnown = failures.contains { $0.failure.withoutWait == failure.withoutWait }
    guard isKnown, isSettled(at: now) else { return isKnown }
    guard let closedUntil else { return false }
    let slack = Duration.nanoseconds(slack)
    let left = Duration.nanoseconds(min(closedUntil.monotonic - now.monotonic, closedUntil.wall - now.wall))
    // Somebody probes; one who was let in just now may not have called a port yet.
    if left <= slack, wait == .seconds(1) { return true }
    return wait > .zero && wait >= left - slack && wait <= max(left, .zero) + slack
  }
}

extension Failure {
  fileprivate var withoutWait: Failure {
    var failure = self
    failure.retryAfter = nil
    return failure
  }
}
