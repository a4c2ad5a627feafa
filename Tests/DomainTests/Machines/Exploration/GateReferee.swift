import ServiceTokenDomain

/// What SPEC S11 and the outage option say about the gate of an endpoint, told as history: what has closed it since it
/// was open last, and whether somebody probes. What the history does not allow it rejects.
struct GateReferee: Hashable {
  struct Closing: Hashable {
    var until: Moment
    /// Whether it is one of those that double the next pause.
    var isOutage: Bool
    /// Somebody has been let through since, so its time is over for good, whatever the clocks say later.
    var isOver = false
  }

  let closesOnOutage: Bool
  private(set) var closings: [Closing] = []
  private(set) var isProbed = false

  init(closesOnOutage: Bool) { self.closesOnOutage = closesOnOutage }

  var isOpen: Bool { closings.isEmpty }

  /// For how long nobody may go through.
  func secondsLeft(at now: Moment) -> Int64 {
    let running = closings.filter { !$0.isOver }.map(\.until)
    guard let end = Moment.last(of: running), !end.isPassed(at: now) else { return 0 }
    return min(end.monotonic - now.monotonic, end.wall - now.wall)
  }

  /// Whether somebody may go through.
  func isPassable(at now: Moment) -> Bool { isOpen || secondsLeft(at: now) == 0 && !isProbed }

  /// How long one who may not is told to wait.
  func pause(at now: Moment) -> Int64 { max(secondsLeft(at: now), 1) }

  // MARK: - Judging

  mutating func letThrough(asProbe isProbe: Bool, at now: Moment) throws(Foul) {
    guard isProbe else {
      guard isOpen else { throw Foul("a fetch goes through a closed gate") }
      return
    }
    guard !isOpen else { throw Foul("a probe goes through an open gate") }
    guard secondsLeft(at: now) == 0 else { throw Foul("a probe before the time is over") }
    guard !isProbed else { throw Foul("two probes at a time") }
    isProbed = true
    for index in closings.indices { closings[index].isOver = true }
  }

  func refused(timeLeft: Duration, at now: Moment) throws(Foul) {
    guard !isOpen else { throw Foul("somebody is refused while the gate is open") }
    guard !isPassable(at: now) else { throw Foul("somebody is refused who could probe") }
    guard timeLeft == .seconds(pause(at: now)) else { throw Foul("a wrong time left") }
  }

  // MARK: - History

  mutating func succeeded(wasProbe: Bool) {
    if wasProbe { isProbed = false }
    closings = []
  }

  mutating func failed(_ failure: Fact.Failure, wasProbe: Bool, at now: Moment) {
    if wasProbe { isProbed = false }
    let isCounted = closesOnOutage && failure.isOutage && (wasProbe || isOpen)
    let pauses: [Int64] = [1, 2, 4, 8, 16, 30]
    let pause = isCounted ? pauses[min(closings.count(where: \.isOutage), pauses.count - 1)] : nil
    if let seconds = [failure.retryAfter, pause].compactMap(\.self).max() {
      closings.append(Closing(until: now.plus(seconds), isOutage: isCounted))
    } else if wasProbe, secondsLeft(at: now) == 0 {
      // It was sent to see whether the endpoint answers, and nothing says that it does not.
      closings = []
    }
  }

  mutating func probeWasGivenUp() { isProbed = false }
}
