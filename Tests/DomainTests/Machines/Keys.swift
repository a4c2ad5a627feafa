import ServiceTokenDomain

/// Keys of one endpoint and the gate that they share, driven as the cache drives them. Each instruction is a value that a
/// test can write down.
struct Keys: Hashable {
  var machines: [TokenMachine]
  var gate: EndpointGate

  init(_ count: Int = 1, closesOnOutage: Bool = false) {
    machines = Array(repeating: TokenMachine(), count: count)
    gate = EndpointGate(closesOnOutage: closesOnOutage)
  }

  /// The first one, of which most tests have no other.
  var machine: TokenMachine { machines[0] }

  /// What somebody who wants a token, or read one, is told.
  enum Instruction: Hashable {
    case serve(UInt64)
    case wait
    case fetch(UInt64)
    case probe(UInt64)
    case refuse(timeLeft: Duration)
    case nothing

    init(_ demand: TokenMachine.Demand) {
      self =
        switch demand {
        case .serve(let generation): .serve(generation)
        case .wait: .wait
        case .fetch(let takeOff): Self(takeOff)
        case .refuse(let timeLeft): .refuse(timeLeft: timeLeft)
        }
    }

    init(_ takeOff: TokenMachine.TakeOff?) {
      self =
        switch takeOff {
        case nil: .nothing
        case let takeOff?: takeOff.isProbe ? .probe(takeOff.generation) : .fetch(takeOff.generation)
        }
    }
  }

  mutating func requested(by waiter: UInt64, at now: Reading, key: Int = 0) -> Instruction {
    Instruction(machines[key].requested(by: waiter, at: now, through: &gate))
  }

  mutating func wasRead(at now: Reading, key: Int = 0) -> Instruction {
    Instruction(machines[key].wasRead(at: now, through: &gate))
  }

  mutating func left(_ waiter: UInt64, key: Int = 0) -> TokenMachine.Departure {
    machines[key].left(waiter, through: &gate)
  }

  mutating func ranOutOfTime(_ waiter: UInt64, key: Int = 0) -> Bool { machines[key].ranOutOfTime(waiter) }

  mutating func fetched(_ generation: UInt64, window: TokenWindow, at now: Reading, key: Int = 0) -> Set<UInt64>? {
    machines[key].fetched(generation, window: window, at: now, through: &gate)
  }

  mutating func failed(
    _ generation: UInt64, _ failure: FetchFailure = .refusal, at now: Reading, key: Int = 0
  ) -> Set<UInt64>? {
    machines[key].failed(generation, failure, at: now, through: &gate)?.waiters
  }

  mutating func refused(_ generation: UInt64, at now: Reading, key: Int = 0) -> TokenMachine.Refusal {
    machines[key].refused(generation, at: now)
  }

  mutating func invalidated(_ generation: UInt64, key: Int = 0) -> Bool { machines[key].invalidated(generation) }
}

extension FetchFailure {
  /// The server answers, and says no.
  static let refusal = FetchFailure()
  /// The attempts are used up.
  static let outage = FetchFailure(isOutage: true)
  /// The server asks to be left alone for this many seconds.
  static func busy(_ seconds: Int64) -> FetchFailure { FetchFailure(retryAfter: .seconds(seconds), isOutage: true) }
}
