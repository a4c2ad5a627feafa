import ServiceTokenDomain
import Testing

/// Everything that can happen to a token machine, in every order, against a model that is written differently.
@Suite struct TokenMachineExplorationTests {
  private enum Fact: Hashable {
    case requested(UInt64)
    case left(UInt64)
    case fetched(UInt64, life: Int64)
    case failed(UInt64, retryAfter: Int64?)
    case refused(UInt64)
    case invalidated(UInt64)
    case wasRead
    case passed(monotonic: Int64, wall: Int64)
  }

  /// What a fact led to.
  private enum Outcome: Hashable {
    case demand(TokenMachine.Demand)
    case departure(TokenMachine.Departure)
    case delivery(Set<UInt64>?)
    case refusal(TokenMachine.Refusal)
    case wasHeld(Bool)
    case refresh(UInt64?)
    case nothing
  }

  private struct State: Hashable {
    var machine = TokenMachine()
    var model = TokenMachineModel()
    var now = TokenMachineModel.Moment(monotonic: 1000, wall: 500_000)

    /// All that may happen next. A waiter that waits does not ask again; everything else comes at any time.
    var facts: [Fact] {
      let waiters = model.flight?.waiters ?? []
      var facts: [Fact] = [.wasRead]
      for waiter in UInt64(1)...3 {
        if !waiters.contains(waiter) { facts.append(.requested(waiter)) }
        facts.append(.left(waiter))
      }
      let inFlight = model.flight?.generation
      let held = model.heldGeneration
      for generation in Set([inFlight, model.flights, model.flights &- 1].compactMap(\.self)) where generation > 0 {
        facts += [
          .fetched(generation, life: 10), .failed(generation, retryAfter: nil), .failed(generation, retryAfter: 20),
        ]
        if generation == inFlight { facts.append(.fetched(generation, life: 0)) }
      }
      for generation in Set([held, model.flights, model.flights &- 1].compactMap(\.self)) where generation > 0 {
        facts += [.refused(generation), .invalidated(generation)]
      }
      facts += [1, 5, 25].map { .passed(monotonic: $0, wall: $0) }
      return facts + [.passed(monotonic: 1, wall: -100), .passed(monotonic: 0, wall: 10)]
    }

    mutating func apply(_ fact: Fact) -> (machine: Outcome, model: Outcome) {
      let reading = now.reading
      switch fact {
      case .requested(let waiter):
        return (.demand(machine.requested(by: waiter, at: reading)), .demand(model.requested(by: waiter, at: now)))
      case .left(let waiter):
        return (.departure(machine.left(waiter)), .departure(model.left(waiter)))
      case .fetched(let generation, let life):
        let window = TokenWindow(refreshFrom: now.plus(life / 2).reading, freshUntil: now.plus(life).reading)
        return (
          .delivery(machine.fetched(generation, window: window, at: reading)),
          .delivery(model.fetched(generation, life: life, at: now))
        )
      case .failed(let generation, let retryAfter):
        return (
          .delivery(machine.failed(generation, retryAfter: retryAfter.map { .seconds($0) }, at: reading)),
          .delivery(model.failed(generation, retryAfter: retryAfter, at: now))
        )
      case .refused(let generation):
        return (.refusal(machine.refused(generation, at: reading)), .refusal(model.refused(generation, at: now)))
      case .invalidated(let generation):
        return (.wasHeld(machine.invalidated(generation)), .wasHeld(model.invalidated(generation)))
      case .wasRead:
        return (.refresh(machine.wasRead(at: reading)), .refresh(model.wasRead(at: now)))
      case .passed(let monotonic, let wall):
        now = TokenMachineModel.Moment(monotonic: now.monotonic + monotonic, wall: now.wall + wall)
        return (.nothing, .nothing)
      }
    }
  }

  /// What must hold whatever the model says; nil where it does.
  private func broken(_ fact: Fact, _ outcome: Outcome, from old: State, to new: State) -> String? {
    let waiting = old.machine.waiterCount
    switch outcome {
    case .demand(.serve(let generation)):
      guard generation == old.machine.heldGeneration, let landing = old.model.landing else {
        return "serves what is not held"
      }
      if landing.freshUntil.isPassed(at: old.now) { return "serves past the window" }
    case .demand(.fetch), .refresh(.some):
      if old.machine.generationInFlight != nil { return "two fetches in flight" }
    case .demand(.wait):
      if old.machine.generationInFlight == nil { return "waits for nothing" }
    case .departure(.cancel):
      if old.model.flight?.isRefresh == true { return "a refresh is cancelled by a leaver" }
    case .delivery(.some(let waiters)):
      if waiters.count != waiting || new.machine.waiterCount != 0 { return "a waiter without its one answer" }
      if let before = old.model.landing?.generation, let after = new.machine.heldGeneration, after < before {
        return "a late result replaces a newer one"
      }
    case .delivery(nil):
      if old.machine != new.machine { return "a late result changes something" }
    default: break
    }
    if new.machine.waiterCount > 0 && new.machine.generationInFlight == nil { return "waiters that nobody will answer" }
    if let flight = new.model.flight, !flight.isRefresh, new.machine.waiterCount == 0 {
      return "a demand in flight without waiters"
    }
    return nil
  }

  /// Ways into the corners, so that what happens there does not cost depth: nothing, a held token, one whose
  /// predecessor was refused, a refresh that somebody joined, a closed gate with and without a token.
  private static let beginnings: [[Fact]] = [
    [],
    [.requested(1), .fetched(1, life: 10)],
    [.requested(1), .fetched(1, life: 10), .refused(1), .requested(2), .fetched(2, life: 10)],
    [
      .requested(1), .fetched(1, life: 10), .passed(monotonic: 5, wall: 5), .wasRead, .passed(monotonic: 5, wall: 5),
      .requested(2),
    ],
    [.requested(1), .failed(1, retryAfter: 20)],
    [
      .requested(1), .fetched(1, life: 10), .passed(monotonic: 5, wall: 5), .wasRead, .failed(2, retryAfter: 20),
    ],
  ]

  @Test("S12: after every sequence of facts the machine does what SPEC says, and nobody waits in vain")
  func everySequence() {
    var seen: Set<State> = []
    var transitions = 0
    var faults: [String] = []

    func step(_ state: State, _ fact: Fact) -> State {
      var new = state
      let (outcome, expected) = new.apply(fact)
      transitions += 1
      let isEqual =
        outcome == expected && new.machine.heldGeneration == new.model.heldGeneration
        && new.machine.generationInFlight == new.model.flight?.generation
        && new.machine.waiterCount == new.model.flight?.waiters.count ?? 0
        && new.machine.readableWindow == new.model.readableWindow
      if !isEqual { faults.append("\(fact): \(outcome), not \(expected), in \(state)") }
      if let fault = broken(fact, outcome, from: state, to: new) { faults.append("\(fact): \(fault), in \(state)") }
      return new
    }

    var frontier = Self.beginnings.map { $0.reduce(State(), step) }
    for _ in 0..<6 where faults.isEmpty {
      var next: [State] = []
      for state in frontier {
        for fact in state.facts {
          let new = step(state, fact)
          if seen.insert(new).inserted { next.append(new) }
        }
      }
      frontier = next
    }
    #expect(faults.first == nil)
    #expect(seen.count > 100_000)
    #expect(transitions > 500_000)
  }
}
