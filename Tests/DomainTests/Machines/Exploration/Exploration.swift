import ServiceTokenDomain

/// Two keys and the gate that they share, driven through every sequence of facts, each step judged by referees.
///
/// What happens to a key depends on that key, the gate and the time, and on nothing else. So each half of a state (one key
/// with its referee; the gate with its referee and the time) is kept once and has a number, a state is three numbers, and
/// what can become of one half with the other is asked of the machines once. The two keys are alike, so that of two states
/// that differ in their order one is looked at. A waiter is numbered within its key, for no machine sees those of others.
struct Exploration {
  static let waiterLimit = 3
  static let fetchLimit = 2

  /// One key.
  struct Side: Hashable {
    var machine = TokenMachine()
    var referee = KeyReferee()
    var fetchesLeft = Exploration.fetchLimit
  }

  /// What the keys share.
  struct Shared: Hashable {
    var gate: EndpointGate
    var referee: GateReferee
    var now = Moment.start
  }

  /// Something that happens on the way into a corner.
  enum Event {
    case on(Int, Fact)
    case passing(monotonic: Int64, wall: Int64)

    static func passing(_ seconds: Int64) -> Event { .passing(monotonic: seconds, wall: seconds) }
  }

  /// Time passes; the machine stands still for a while; somebody sets the wall clock back.
  private static let passings: [(monotonic: Int64, wall: Int64)] = [(1, 1), (5, 5), (30, 30), (0, 5), (0, -100)]

  /// Three numbers in one: of one side, of the other, which is not smaller, and of what they share.
  private struct State: Hashable {
    let bits: UInt64

    init(_ one: Int, _ other: Int, _ shared: Int) {
      precondition(max(one, other) < 1 << 20 && shared < 1 << 24, "more than a state has room for")
      bits = UInt64(min(one, other)) | UInt64(max(one, other)) << 20 | UInt64(shared) << 40
    }

    var one: Int { Int(bits & 0xF_FFFF) }
    var other: Int { Int(bits >> 20 & 0xF_FFFF) }
    var shared: Int { Int(bits >> 40) }
  }

  /// What can become of one side and what is shared.
  private struct Row {
    var facts = 0
    var followers: [(side: Int, shared: Int)] = []
    /// Where one more may come to wait.
    var joining: (side: Int, shared: Int)?
  }

  private var sides = Numbered<Side>()
  private var shareds = Numbered<Shared>()
  private var rows: [UInt64: Row] = [:]
  private var passed: [Int: [Int]] = [:]
  private var seen: Set<State> = []
  private var levels: [[State]] = []

  /// How many states there are within the depth.
  var stateCount: Int { seen.count }
  /// How many steps lead from them, those to a state that is known included.
  private(set) var transitionCount = 0
  /// How many of these steps differ in what a machine sees: so often one was asked.
  private(set) var stepCount = 0
  /// Facts from a beginning to the last states.
  private(set) var depth = 0
  /// Whether there is nothing beyond them.
  private(set) var isComplete = false
  /// Every kind of answer that a machine gave.
  private(set) var kinds: Set<Answer.Kind> = []
  /// What was wrong, and how it came to that.
  private(set) var fault: String?

  /// Explores what follows from each of `beginnings`.
  init(closesOnOutage: Bool, beginnings: [[Event]]) {
    var first: [State] = []
    for events in beginnings {
      var keys = [Side(), Side()]
      var shared = Shared(
        gate: EndpointGate(closesOnOutage: closesOnOutage), referee: GateReferee(closesOnOutage: closesOnOutage))
      for event in events {
        switch event {
        case .on(let key, let fact):
          if let found = step(fact, &keys[key], &shared) { fault = fault ?? "\(found), in a beginning: \(events)" }
        case .passing(let monotonic, let wall):
          shared.now.monotonic += monotonic
          shared.now.wall += wall
        }
      }
      for index in keys.indices { keys[index].fetchesLeft = Self.fetchLimit }
      let state = State(sides.number(of: keys[0]), sides.number(of: keys[1]), shareds.number(of: shared))
      if seen.insert(state).inserted { first.append(state) }
    }
    levels = [first]
  }

  /// Looks at all that can follow within `limit` facts, and stops at the first fault.
  mutating func explore(to limit: Int) {
    while fault == nil, depth < limit, !isComplete {
      var next: [State] = []
      for state in levels[depth] {
        if let found = expand(state, &next) {
          fault = "\(found), after \(story(of: state).joined(separator: "; "))"
          return
        }
      }
      levels.append(next)
      depth += 1
      isComplete = next.isEmpty
    }
  }

  private mutating func expand(_ state: State, _ next: inout [State]) -> String? {
    if let found = broken(state) { return found }
    let waiting = sides[state.one].referee.waiters.count + sides[state.other].referee.waiters.count
    for (mine, other) in [(state.one, state.other), (state.other, state.one)] {
      let row: Row
      do { row = try self.row(mine, state.shared) } catch { return error.rule }
      transitionCount += row.facts
      for follower in row.followers { visit(State(follower.side, other, follower.shared), &next) }
      if waiting < Self.waiterLimit {
        transitionCount += 1
        if let joining = row.joining { visit(State(joining.side, other, joining.shared), &next) }
      }
    }
    for shared in passings(from: state.shared) {
      transitionCount += 1
      visit(State(state.one, state.other, shared), &next)
    }
    return nil
  }

  private mutating func visit(_ state: State, _ next: inout [State]) {
    if seen.insert(state).inserted { next.append(state) }
  }

  private mutating func passings(from number: Int) -> [Int] {
    if let known = passed[number] { return known }
    let numbers = Self.passings.map { passing in
      var shared = shareds[number]
      shared.now.monotonic += passing.monotonic
      shared.now.wall += passing.wall
      return shareds.number(of: shared)
    }
    passed[number] = numbers
    return numbers
  }

  // MARK: - Steps

  /// All that may happen to `side`, but that one more comes to wait.
  private static func facts(of side: Side) -> [Fact] {
    let referee = side.referee
    let inFlight = referee.flight?.generation
    let recent = (0..<min(referee.flights, 2)).map { referee.flights - $0 }
    var facts: [Fact] = [.wasRead]
    for waiter in referee.waiters + [newcomer(to: side)] { facts += [.left(waiter), .ranOutOfTime(waiter)] }
    for generation in recent {
      facts += [.fetched(generation, life: 10), .failed(generation, .busy)]
      if generation == inFlight {
        facts += [.fetched(generation, life: 0), .failed(generation, .refusal), .failed(generation, .outage)]
      }
    }
    let held = referee.heldGeneration
    for generation in recent + (held.map { recent.contains($0) ? [] : [$0] } ?? []) {
      facts += [.refused(generation), .invalidated(generation)]
    }
    return facts
  }

  /// The first who does not wait.
  private static func newcomer(to side: Side) -> UInt64 {
    (1...UInt64(waiterLimit + 1)).first { !side.referee.waiters.contains($0) } ?? 0
  }

  private mutating func row(_ sideNumber: Int, _ sharedNumber: Int) throws(Foul) -> Row {
    let key = UInt64(sideNumber) | UInt64(sharedNumber) << 20
    if let known = rows[key] { return known }
    let (side, shared) = (sides[sideNumber], shareds[sharedNumber])
    var row = Row()
    for fact in Self.facts(of: side) {
      row.facts += 1
      if let follower = try follower(of: side, shared, fact) { row.followers.append(follower) }
    }
    row.joining = try follower(of: side, shared, .requested(by: Self.newcomer(to: side)))
    rows[key] = row
    return row
  }

  /// Where `fact` leads; nil where it leads nowhere new, or beyond the fetches that are looked at.
  private mutating func follower(
    of side: Side, _ shared: Shared, _ fact: Fact
  ) throws(Foul) -> (side: Int, shared: Int)? {
    var (newSide, newShared) = (side, shared)
    stepCount += 1
    if let found = step(fact, &newSide, &newShared) { throw Foul(found) }
    guard newSide.fetchesLeft >= 0, newSide != side || newShared != shared else { return nil }
    return (sides.number(of: newSide), shareds.number(of: newShared))
  }

  /// Lets `fact` happen and has it judged; what is wrong, or nil.
  private mutating func step(_ fact: Fact, _ side: inout Side, _ shared: inout Shared) -> String? {
    let (oldSide, oldShared) = (side, shared)
    let answer = side.machine.happen(fact, at: shared.now, through: &shared.gate)
    kinds.insert(answer.kind)
    do {
      try side.referee.judge(fact, answer, at: shared.now, through: &shared.referee)
    } catch {
      return "\(fact) → \(answer): \(error.rule)"
    }
    if side.referee.flights != oldSide.referee.flights { side.fetchesLeft -= 1 }
    let found = Self.broken(fact, answer, from: (oldSide, oldShared), to: (side, shared)) ?? Self.differs(side, shared)
    return found.map { "\(fact) → \(answer): \($0)" }
  }

  /// What must hold of every step, whatever the referees say; nil where it does.
  private static func broken(
    _ fact: Fact, _ answer: Answer, from old: (side: Side, shared: Shared), to new: (side: Side, shared: Shared)
  ) -> String? {
    let (before, after) = (old.side.machine, new.side.machine)
    switch answer {
    case .told(.fetch), .told(.probe):
      if before.generationInFlight != nil { return "two fetches of one key" }
    case .told(.wait):
      if before.generationInFlight == nil { return "waits for nothing" }
    case .told(.serve):
      if before.readableWindow?.isFresh(at: old.shared.now.reading) != true { return "served past the window" }
    case .told(.refuse):
      if old.shared.gate.isOpen { return "refused while the gate is open" }
    case .delivery(nil):
      if before != after || old.shared.gate != new.shared.gate { return "a late result changes something" }
    case .delivery(let waiters?):
      if waiters.count != before.waiterCount || after.waiterCount != 0 { return "a waiter without its one answer" }
      if let old = before.heldGeneration, after.heldGeneration.map({ $0 < old }) == true {
        return "a late result replaces a newer one"
      }
      if case .fetched = fact, !new.shared.gate.isOpen { return "closed after a success" }
    default: break
    }
    if after.waiterCount > 0, after.generationInFlight == nil { return "waiters whom nobody will answer" }
    if let flight = new.side.referee.flight, flight.waiters.isEmpty, !flight.isRefresh, !flight.hasLostOneToTime {
      return "a fetch that nobody waits for"
    }
    return nil
  }

  /// In what the machines show and the referees say they differ; nil where they agree.
  private static func differs(_ side: Side, _ shared: Shared) -> String? {
    let (machine, referee) = (side.machine, side.referee)
    if machine.heldGeneration != referee.heldGeneration { return "another generation is held" }
    if machine.generationInFlight != referee.flight?.generation { return "another generation is in flight" }
    if machine.isRefreshing != (referee.flight?.isRefresh ?? false) { return "a refresh that is none" }
    if machine.waiterCount != referee.waiters.count { return "the number of waiters" }
    if machine.failuresInARow != referee.failuresSinceLanding { return "the number of failures" }
    if machine.readableWindow != referee.readableWindow { return "the window that readers see" }
    return differs(shared)
  }

  private static func differs(_ shared: Shared) -> String? {
    let (gate, referee) = (shared.gate, shared.referee)
    if gate.isOpen != referee.isOpen { return "the gate is open, or is not" }
    let left = referee.isOpen ? nil : Duration.seconds(referee.secondsLeft(at: shared.now))
    return gate.timeClosed(at: shared.now.reading) == left ? nil : "the time for which the gate is closed"
  }

  /// What must hold of every state; nil where it does.
  private func broken(_ state: State) -> String? {
    let probes = [state.one, state.other].count { sides[$0].referee.flight?.isProbe == true }
    if probes > 1 { return "two probes at a time" }
    if shareds[state.shared].referee.isProbed != (probes == 1) { return "a probe that nobody makes" }
    return Self.differs(shareds[state.shared])
  }

  // MARK: - Telling

  /// A shortest sequence of facts from a beginning to `state`.
  private mutating func story(of state: State) -> [String] {
    var story: [String] = []
    var state = state
    for level in levels.prefix(depth).reversed() {
      var before: State?
      for candidate in level where before == nil {
        for (fact, follower) in named(candidate) where follower == state {
          story.insert(fact, at: 0)
          before = candidate
          break
        }
      }
      if let before { state = before }
    }
    let beginning = levels[0].firstIndex(of: state).map { "beginning \($0)" } ?? "nowhere"
    return [beginning] + story
  }

  private mutating func named(_ state: State) -> [(String, State)] {
    var followers: [(String, State)] = []
    for (name, mine, other) in [("one key", state.one, state.other), ("other key", state.other, state.one)] {
      let side = sides[mine]
      for fact in Self.facts(of: side) + [.requested(by: Self.newcomer(to: side))] {
        guard let follower = try? follower(of: side, shareds[state.shared], fact) else { continue }
        followers.append(("\(name): \(fact)", State(follower.side, other, follower.shared)))
      }
    }
    for (passing, shared) in zip(Self.passings, passings(from: state.shared)) {
      let name = "\(passing.monotonic) s pass, \(passing.wall) s on the wall"
      followers.append((name, State(state.one, state.other, shared)))
    }
    return followers
  }
}

/// Values that are kept once and have a number.
private struct Numbered<Value: Hashable> {
  private var values: [Value] = []
  private var numbers: [Value: Int] = [:]

  subscript(number: Int) -> Value { values[number] }

  mutating func number(of value: Value) -> Int {
    if let known = numbers[value] { return known }
    values.append(value)
    numbers[value] = values.count - 1
    return values.count - 1
  }
}
