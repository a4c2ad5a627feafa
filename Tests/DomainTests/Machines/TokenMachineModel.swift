import ServiceTokenDomain

/// What SPEC says about the tokens of one key, told as history: what landed last, and what was lost or refused since.
/// Every answer is derived from that when it is asked for. The machine keeps conclusions instead; that the two agree on
/// every sequence of facts is what the exploration shows. Time is in whole seconds, by both clocks.
struct TokenMachineModel: Hashable {
  struct Moment: Hashable {
    var monotonic: Int64
    var wall: Int64

    func plus(_ seconds: Int64) -> Moment { Moment(monotonic: monotonic + seconds, wall: wall + seconds) }
    /// Passed as soon as one clock says so.
    func isPassed(at now: Moment) -> Bool { now.monotonic >= monotonic || now.wall >= wall }
    var reading: Reading { Reading(monotonic: monotonic * 1_000_000_000, wall: wall * 1_000_000_000) }
  }

  struct Landing: Hashable {
    var generation: UInt64
    var refreshFrom: Moment
    var freshUntil: Moment
    var landedAt: Moment
    var followsRefusal: Bool
  }

  struct Loss: Hashable {
    var at: Moment
    var retryAfter: Int64?
    var wasRefresh: Bool
  }

  struct Flight: Hashable {
    var generation: UInt64
    var isRefresh: Bool
    var waiters: [UInt64] = []
  }

  var landing: Landing?
  var isGone = false
  var wasRefused = false
  var lossesSinceLanding: [Loss] = []
  var flight: Flight?
  var flights: UInt64 = 0

  var heldGeneration: UInt64? { isGone ? nil : landing?.generation }

  private func freshGeneration(at now: Moment) -> UInt64? {
    guard let landing, !isGone, !landing.freshUntil.isPassed(at: now) else { return nil }
    return landing.generation
  }

  private var gate: Moment? {
    guard let loss = lossesSinceLanding.last, let retryAfter = loss.retryAfter else { return nil }
    return loss.at.plus(min(retryAfter, 3600))
  }

  /// Everything that must have passed before a reader may start a refresh.
  private var refreshObstacles: [Moment] {
    let refreshes = lossesSinceLanding.filter(\.wasRefresh)
    let pace = refreshes.last.map { $0.at.plus([1, 2, 4, 8, 16, 30][min(refreshes.count, 6) - 1]) }
    return [landing?.refreshFrom, pace, gate].compactMap(\.self)
  }

  var readableWindow: TokenWindow? {
    guard let landing, !isGone else { return nil }
    let obstacles = refreshObstacles
    let last = Moment(monotonic: obstacles.map(\.monotonic).max() ?? 0, wall: obstacles.map(\.wall).max() ?? 0)
    return TokenWindow(
      refreshFrom: flight == nil ? last.reading : .distantFuture, freshUntil: landing.freshUntil.reading)
  }

  private mutating func start(isRefresh: Bool, waiters: [UInt64]) -> UInt64 {
    flights += 1
    flight = Flight(generation: flights, isRefresh: isRefresh, waiters: waiters)
    return flights
  }

  mutating func requested(by waiter: UInt64, at now: Moment) -> TokenMachine.Demand {
    if let generation = freshGeneration(at: now) { return .serve(generation) }
    if let flight {
      self.flight?.waiters = (flight.waiters + [waiter]).sorted()
      return .wait
    }
    if let gate, !gate.isPassed(at: now) {
      return .refuse(timeLeft: .seconds(min(gate.monotonic - now.monotonic, gate.wall - now.wall)))
    }
    return .fetch(start(isRefresh: false, waiters: [waiter]))
  }

  mutating func wasRead(at now: Moment) -> UInt64? {
    guard freshGeneration(at: now) != nil, flight == nil else { return nil }
    let obstacles = refreshObstacles
    let isFree =
      obstacles.allSatisfy { now.monotonic >= $0.monotonic } || obstacles.allSatisfy { now.wall >= $0.wall }
    return isFree ? start(isRefresh: true, waiters: []) : nil
  }

  mutating func left(_ waiter: UInt64) -> TokenMachine.Departure {
    guard let flight, flight.waiters.contains(waiter) else { return .wasNotWaiting }
    let others = flight.waiters.filter { $0 != waiter }
    if others.isEmpty && !flight.isRefresh {
      self.flight = nil
      return .cancel(flight.generation)
    }
    self.flight?.waiters = others
    return .left
  }

  private mutating func end(_ generation: UInt64) -> Flight? {
    guard flight?.generation == generation else { return nil }
    defer { flight = nil }
    return flight
  }

  mutating func fetched(_ generation: UInt64, life: Int64, at now: Moment) -> Set<UInt64>? {
    guard let ended = end(generation) else { return nil }
    landing = Landing(
      generation: generation, refreshFrom: now.plus(life / 2), freshUntil: now.plus(life), landedAt: now,
      followsRefusal: wasRefused)
    (isGone, wasRefused, lossesSinceLanding) = (false, false, [])
    return Set(ended.waiters)
  }

  mutating func failed(_ generation: UInt64, retryAfter: Int64?, at now: Moment) -> Set<UInt64>? {
    guard let ended = end(generation) else { return nil }
    lossesSinceLanding.append(Loss(at: now, retryAfter: retryAfter, wasRefresh: ended.isRefresh))
    return Set(ended.waiters)
  }

  mutating func refused(_ generation: UInt64, at now: Moment) -> TokenMachine.Refusal {
    guard let landing, heldGeneration == generation else { return .superseded }
    if landing.followsRefusal && !landing.landedAt.plus(30).isPassed(at: now) { return .kept }
    (isGone, wasRefused) = (true, true)
    return .dropped
  }

  mutating func invalidated(_ generation: UInt64) -> Bool {
    guard heldGeneration == generation else { return false }
    isGone = true
    return true
  }
}
