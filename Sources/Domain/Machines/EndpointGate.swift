/// Whether the fetches of one endpoint may go out: one gate for all keys of that endpoint, because a server that cannot
/// answer for one scope cannot for another. All transitions stand in this file; it reads no clock and does no I/O.
///
/// A `Retry-After` closes the gate for as long as the server asked (SPEC S11). An outage, which is a fetch that used up
/// its attempts, closes it only where that is wanted, for 1 s, doubling to 30 s. When the time has run out one fetch is
/// let through as a *probe*, with a single attempt; everybody else is refused until it has ended.
///
/// Fetches that were on their way when the gate closed end whenever they do. So whether somebody probes is kept apart from
/// how long the gate is closed: neither a late success nor a late `Retry-After` lets a second probe through.
///
/// | fact | gate | instruction | then |
/// | --- | --- | --- | --- |
/// | ``admit(at:)`` | open | go | – |
/// | | closed, time left | refuse with the time left | – |
/// | | closed, none left | go, as a probe | somebody probes |
/// | | the same, somebody probes | refuse with the shortest pause | – |
/// | ``succeeded(wasProbe:)`` | any | | open |
/// | ``failed(_:wasProbe:at:)`` with `Retry-After` | any | | closed until then, or longer if it was |
/// | an outage that closes | open, or its probe | | closed for the next pause, or longer if it was |
/// | | otherwise | | – |
/// | anything else | its probe, no time left | | open: nothing says that the endpoint does not answer |
/// | | otherwise | | – |
/// | any end of a probe, or ``abandoned()`` | any | | nobody probes |
public struct EndpointGate: Sendable, Hashable {
  private let closesOnOutage: Bool
  /// Nil where the gate is open; a moment long past where a probe has been let through since.
  private var closedUntil: Reading?
  private var isProbed = false
  /// How often in a row an outage has closed the gate.
  private var outages = 0

  /// The longest time for which a `Retry-After` closes the gate: nobody's clerical error stops a client for good.
  public static let longestRetryAfter: Duration = .seconds(3600)

  /// Makes an open gate.
  ///
  /// - Parameter closesOnOutage: whether a fetch that used up its attempts closes the gate too.
  public init(closesOnOutage: Bool = false) { self.closesOnOutage = closesOnOutage }

  /// Whether every fetch may go out.
  public var isOpen: Bool { closedUntil == nil }

  /// How long nobody may go through; nil where the gate is open, zero where a probe may go or is under way.
  public func timeClosed(at now: Reading) -> Duration? { closedUntil.map { now.time(until: $0) } }

  /// Who may go through.
  public enum Admission: Sendable, Hashable {
    /// Anybody.
    case free
    /// This one alone, with a single attempt, to see whether the server answers again.
    case probe
    /// Nobody; ask again when this much time has passed.
    case refused(timeLeft: Duration)
  }

  /// Somebody is about to fetch. One who is told to probe must report how the probe ended.
  public mutating func admit(at now: Reading) -> Admission {
    guard let closedUntil else { return .free }
    if now.isBefore(closedUntil) { return .refused(timeLeft: now.time(until: closedUntil)) }
    if isProbed { return .refused(timeLeft: Pause.shortest) }
    isProbed = true
    // Over by one clock, it must not begin again by the other.
    self.closedUntil = .distantPast
    return .probe
  }

  /// A fetch brought a token: whatever closed the gate is over.
  public mutating func succeeded(wasProbe: Bool) {
    if wasProbe { isProbed = false }
    open()
  }

  /// A fetch failed. True where that closed the gate, or keeps it closed for longer: then this failure is the answer to
  /// whoever is kept out (SPEC S11).
  @discardableResult
  public mutating func failed(_ failure: FetchFailure, wasProbe: Bool, at now: Reading) -> Bool {
    if wasProbe { isProbed = false }
    var pause = failure.retryAfter.map { min($0, Self.longestRetryAfter) }
    if failure.isOutage, closesOnOutage, wasProbe || isOpen {
      pause = max(pause ?? .zero, Pause.afterFailure(number: outages + 1))
      outages += 1
    }
    if let pause {
      let moment = now.advanced(by: pause)
      let until = closedUntil?.later(moment) ?? moment
      let isReason = until != closedUntil
      closedUntil = until
      return isReason
    }
    if wasProbe, let closedUntil, !now.isBefore(closedUntil) { open() }
    return false
  }

  /// A probe was given up before it had ended; the next one who comes is one.
  public mutating func abandoned() { isProbed = false }

  private mutating func open() {
    closedUntil = nil
    outages = 0
  }
}

/// What the machines must know of a fetch that failed.
public struct FetchFailure: Sendable, Hashable {
  /// How long the server asked to be left alone.
  public var retryAfter: Duration?
  /// Whether the endpoint could not answer, as against refusing: its error is the kind's *unavailable*.
  public var isOutage: Bool

  /// States the facts.
  public init(retryAfter: Duration? = nil, isOutage: Bool = false) {
    self.retryAfter = retryAfter
    self.isOutage = isOutage
  }

  /// What `error` says, for a kind that fails with `codes`.
  public init(_ error: any Error, of codes: FailureCodes) {
    let error = error as? ServiceTokenError
    self.init(retryAfter: error?.retryAfter, isOutage: error?.code == codes.unavailable)
  }
}
