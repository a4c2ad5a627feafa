import ServiceTokenDomain

/// What SPEC says about the tokens of one key, told as history: what landed last, and what was lost or refused since. The
/// machine keeps conclusions instead. Each answer of the machine is judged by that history: one that it does not allow is
/// a foul, any other becomes part of it.
struct KeyReferee: Hashable {
  struct Landing: Hashable {
    var generation: UInt64
    var refreshFrom: Moment
    var freshUntil: Moment
    var landedAt: Moment
    var followsRefusal: Bool
  }

  struct Flight: Hashable {
    var generation: UInt64
    var isRefresh: Bool
    var isProbe: Bool
    /// Those who were told to wait and have no answer yet.
    var waiters: [UInt64]
    var hasLostOneToTime = false
  }

  private(set) var landing: Landing?
  private(set) var flight: Flight?
  private(set) var flights: UInt64 = 0
  private var isGone = false
  private var wasRefused = false
  private(set) var failuresSinceLanding = 0
  /// What a failed refresh, or a gate that let none through, has put off last.
  private var putOffUntil: Moment?

  // MARK: - What follows from it

  var heldGeneration: UInt64? { isGone ? nil : landing?.generation }
  var waiters: [UInt64] { flight?.waiters ?? [] }

  func freshGeneration(at now: Moment) -> UInt64? {
    landing.flatMap { $0.freshUntil.isPassed(at: now) ? nil : heldGeneration }
  }

  private func isRefreshDue(at now: Moment) -> Bool {
    guard flight == nil, freshGeneration(at: now) != nil else { return false }
    let obstacles = [landing?.refreshFrom, putOffUntil].compactMap(\.self)
    return obstacles.allSatisfy { now.monotonic >= $0.monotonic } || obstacles.allSatisfy { now.wall >= $0.wall }
  }

  /// What readers may go by.
  var readableWindow: TokenWindow? {
    guard let landing, !isGone else { return nil }
    let due = Moment.last(of: [landing.refreshFrom, putOffUntil].compactMap(\.self))
    return TokenWindow(
      refreshFrom: flight == nil ? due?.reading ?? .distantPast : .distantFuture,
      freshUntil: landing.freshUntil.reading)
  }

  // MARK: - Judging

  mutating func judge(
    _ fact: Fact, _ answer: Answer, at now: Moment, through gate: inout GateReferee
  ) throws(Foul) {
    switch (fact, answer) {
    case (.requested(let waiter), .told(let instruction)):
      try requested(by: waiter, instruction, at: now, through: &gate)
    case (.wasRead, .told(let instruction)):
      try wasRead(instruction, at: now, through: &gate)
    case (.left(let waiter), .departure(let departure)):
      try left(waiter, departure, through: &gate)
    case (.ranOutOfTime(let waiter), .wasWaiting(let wasWaiting)):
      guard wasWaiting == waiters.contains(waiter) else { throw Foul("a deadline of one who does not wait") }
      flight?.waiters.removeAll { $0 == waiter }
      if wasWaiting { flight?.hasLostOneToTime = true }
    case (.fetched(let generation, let life), .delivery(let delivery)):
      guard let ended = try end(generation, delivery) else { return }
      landing = Landing(
        generation: generation, refreshFrom: now.plus(life / 2), freshUntil: now.plus(life), landedAt: now,
        followsRefusal: wasRefused)
      (isGone, wasRefused, failuresSinceLanding, putOffUntil) = (false, false, 0, nil)
      gate.succeeded(wasProbe: ended.isProbe)
    case (.failed(let generation, let failure), .delivery(let delivery)):
      guard let ended = try end(generation, delivery) else { return }
      failuresSinceLanding += 1
      if ended.isRefresh { putOffUntil = now.plus([1, 2, 4, 8, 16, 30][min(failuresSinceLanding, 6) - 1]) }
      gate.failed(failure, wasProbe: ended.isProbe, at: now)
    case (.refused(let generation), .refusal(let refusal)):
      try refused(generation, refusal, at: now)
    case (.invalidated(let generation), .wasHeld(let wasHeld)):
      guard wasHeld == (heldGeneration == generation) else { throw Foul("another token is dropped, or none") }
      if wasHeld { isGone = true }
    default: throw Foul("an answer to another question")
    }
  }

  private mutating func requested(
    by waiter: UInt64, _ instruction: Keys.Instruction, at now: Moment, through gate: inout GateReferee
  ) throws(Foul) {
    let fresh = freshGeneration(at: now)
    switch instruction {
    case .serve(let generation):
      guard generation == fresh else { throw Foul("a token is handed out that is not held, or past its window") }
      return
    case _ where fresh != nil:
      throw Foul("somebody does not get the token that is fresh")
    case .wait:
      guard flight != nil else { throw Foul("somebody waits for nothing") }
      let waiters = (waiters + [waiter]).sorted()
      flight?.waiters = waiters
    case .fetch(let generation):
      try takeOff(generation, isProbe: false, waiters: [waiter], at: now, through: &gate)
    case .probe(let generation):
      try takeOff(generation, isProbe: true, waiters: [waiter], at: now, through: &gate)
    case .refuse(let timeLeft):
      guard flight == nil else { throw Foul("somebody is refused who could join") }
      try gate.refused(timeLeft: timeLeft, at: now)
    case .nothing:
      throw Foul("somebody hears nothing")
    }
  }

  private mutating func wasRead(
    _ instruction: Keys.Instruction, at now: Moment, through gate: inout GateReferee
  ) throws(Foul) {
    let isDue = isRefreshDue(at: now)
    switch instruction {
    case .nothing where !isDue: return
    case .nothing:
      guard !gate.isPassable(at: now) else { throw Foul("a refresh that is due does not start") }
      putOffUntil = now.plus(gate.pause(at: now))
    case .fetch(let generation), .probe(let generation):
      guard isDue else { throw Foul("a refresh that is not due") }
      var isProbe = false
      if case .probe = instruction { isProbe = true }
      try takeOff(generation, isProbe: isProbe, waiters: [], at: now, through: &gate)
    default: throw Foul("a reader is told what is for one who waits")
    }
  }

  private mutating func takeOff(
    _ generation: UInt64, isProbe: Bool, waiters: [UInt64], at now: Moment, through gate: inout GateReferee
  ) throws(Foul) {
    guard flight == nil else { throw Foul("two fetches of one key in flight") }
    guard generation == flights + 1 else { throw Foul("a number that is not the next one") }
    try gate.letThrough(asProbe: isProbe, at: now)
    flights = generation
    flight = Flight(generation: generation, isRefresh: waiters.isEmpty, isProbe: isProbe, waiters: waiters)
  }

  private mutating func left(
    _ waiter: UInt64, _ departure: TokenMachine.Departure, through gate: inout GateReferee
  ) throws(Foul) {
    guard let flight, flight.waiters.contains(waiter) else {
      guard departure == .wasNotWaiting else { throw Foul("one leaves who does not wait") }
      return
    }
    let isNeeded = flight.waiters.count > 1 || flight.isRefresh || flight.hasLostOneToTime
    switch departure {
    case .wasNotWaiting: throw Foul("a waiter is forgotten")
    case .left:
      guard isNeeded else { throw Foul("a fetch that nobody waits for goes on") }
      self.flight?.waiters.removeAll { $0 == waiter }
    case .cancel(let generation):
      guard !isNeeded else { throw Foul("one who leaves cancels what is not its own") }
      guard generation == flight.generation else { throw Foul("another fetch is cancelled") }
      self.flight = nil
      if flight.isProbe { gate.probeWasGivenUp() }
    }
  }

  /// The flight that ended, or nil where its end comes too late to matter.
  private mutating func end(_ generation: UInt64, _ delivery: Set<UInt64>?) throws(Foul) -> Flight? {
    guard let flight, flight.generation == generation else {
      guard delivery == nil else { throw Foul("a late result is delivered") }
      return nil
    }
    guard let delivery else { throw Foul("a result is dropped that somebody waits for") }
    guard delivery == Set(flight.waiters) else { throw Foul("a waiter without its one answer") }
    self.flight = nil
    return flight
  }

  private mutating func refused(
    _ generation: UInt64, _ refusal: TokenMachine.Refusal, at now: Moment
  ) throws(Foul) {
    let isHeld = heldGeneration == generation
    let isProtected = landing.map { $0.followsRefusal && !$0.landedAt.plus(30).isPassed(at: now) } ?? false
    switch refusal {
    case .superseded:
      guard !isHeld else { throw Foul("the refused token stays") }
    case .kept:
      guard isHeld, isProtected else { throw Foul("a token is kept that no recovery has just fetched") }
    case .dropped:
      guard isHeld else { throw Foul("a token is dropped that nobody refused") }
      guard !isProtected else { throw Foul("a token is dropped that a recovery has just fetched") }
      (isGone, wasRefused) = (true, true)
    }
  }
}
