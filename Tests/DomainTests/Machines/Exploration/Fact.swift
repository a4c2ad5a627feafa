import ServiceTokenDomain

/// Something that happens to one key.
enum Fact: Hashable {
  case requested(by: UInt64)
  case wasRead
  case left(UInt64)
  case ranOutOfTime(UInt64)
  case fetched(UInt64, life: Int64)
  case failed(UInt64, Failure)
  case refused(UInt64)
  case invalidated(UInt64)

  /// How a fetch fails.
  enum Failure: Hashable, CaseIterable {
    case refusal
    case outage
    /// With a `Retry-After` of 5 s.
    case busy

    var retryAfter: Int64? { self == .busy ? 5 : nil }
    var isOutage: Bool { self != .refusal }
    var facts: FetchFailure {
      FetchFailure(retryAfter: retryAfter.map { .seconds($0) }, isOutage: isOutage)
    }
  }
}

/// What a machine answered.
enum Answer: Hashable {
  case told(Keys.Instruction)
  case departure(TokenMachine.Departure)
  case wasWaiting(Bool)
  case delivery(Set<UInt64>?)
  case refusal(TokenMachine.Refusal)
  case wasHeld(Bool)

  /// What it is, without numbers: about a row of the machine's table.
  enum Kind: CaseIterable {
    case serve, wait, fetch, probe, refuse, nothing
    case wasNotWaiting, left, cancel
    case ranOutOfTime, didNotWait
    case delivery, deliveryToNobody, late
    case dropped, superseded, kept
    case wasHeld, wasNotHeld
  }

  var kind: Kind {
    switch self {
    case .told(.serve): .serve
    case .told(.wait): .wait
    case .told(.fetch): .fetch
    case .told(.probe): .probe
    case .told(.refuse): .refuse
    case .told(.nothing): .nothing
    case .departure(.wasNotWaiting): .wasNotWaiting
    case .departure(.left): .left
    case .departure(.cancel): .cancel
    case .wasWaiting(let wasWaiting): wasWaiting ? .ranOutOfTime : .didNotWait
    case .delivery(let waiters): waiters.map { $0.isEmpty ? .deliveryToNobody : .delivery } ?? .late
    case .refusal(.dropped): .dropped
    case .refusal(.superseded): .superseded
    case .refusal(.kept): .kept
    case .wasHeld(let wasHeld): wasHeld ? .wasHeld : .wasNotHeld
    }
  }
}

extension TokenMachine {
  /// Lets `fact` happen.
  mutating func happen(_ fact: Fact, at now: Moment, through gate: inout EndpointGate) -> Answer {
    let reading = now.reading
    switch fact {
    case .requested(let waiter):
      return .told(Keys.Instruction(requested(by: waiter, at: reading, through: &gate)))
    case .wasRead:
      return .told(Keys.Instruction(wasRead(at: reading, through: &gate)))
    case .left(let waiter):
      return .departure(left(waiter, through: &gate))
    case .ranOutOfTime(let waiter):
      return .wasWaiting(ranOutOfTime(waiter))
    case .fetched(let generation, let life):
      let window = TokenWindow(refreshFrom: now.plus(life / 2).reading, freshUntil: now.plus(life).reading)
      return .delivery(fetched(generation, window: window, at: reading, through: &gate))
    case .failed(let generation, let failure):
      return .delivery(failed(generation, failure.facts, at: reading, through: &gate)?.waiters)
    case .refused(let generation):
      return .refusal(refused(generation, at: reading))
    case .invalidated(let generation):
      return .wasHeld(invalidated(generation))
    }
  }
}
