import ServiceTokenDomain
import ServiceTokenPorts
import Synchronization

/// Drives one ``TokenMachine`` per key, and one ``EndpointGate`` per endpoint.
///
/// Every transition takes the lock, asks the machines, drops the lock, and only then cancels fetches, tells the observer
/// and resumes continuations: see ``transition(_:)``. Reads of a fresh token go past all that, to what was published after the
/// last transition.
final class TokenCache: Sendable {
  /// A token, and whether it was cached before it was wanted.
  struct Lease: Sendable {
    var token: AccessToken
    var isFromCache: Bool
  }

  /// What is fetched, and how.
  struct Fetch: Sendable {
    typealias Run = @Sendable (_ isProbe: Bool, _ cancellation: Ports.Cancellation) async throws -> AccessToken

    let key: TokenKey
    /// The errors of the kind that fetches it.
    let failureCodes: @Sendable () -> FailureCodes
    /// Fetches it, until it is cancelled; as a probe with a single attempt.
    let run: Run
  }

  struct State {
    var slots = SlotTable()
    var gates: [EndpointName: Gate] = [:]
    var evictionOrder = EvictionOrder<TokenSlot>()
    var hits: UInt64 = 0
    var misses: UInt64 = 0
  }

  /// A gate, and the error that closed it.
  struct Gate {
    var machine: EndpointGate
    var failure: (any Error)?
  }

  let clock: any Ports.Clock
  let settings: Settings
  let inFlight: InFlight
  let state = Locked(State())
  /// Waiters are numbered in the order in which they ask.
  let lastWaiter = Atomic<TokenMachine.WaiterID>(0)
  /// What readers by scope read first.
  let copies = ReadCopies(ways: 4)

  /// What a cache is made with.
  struct Settings: Sendable {
    var policy: CachePolicy
    var outageGate: Bool
    var maximumScopes: Int
    var randomNumber: @Sendable () -> UInt64
    var observer: (@Sendable (ClientEvent) -> Void)?
    var waiterJoined: (@Sendable (TokenRequest, Int) -> Void)?
  }

  init(clock: any Ports.Clock, settings: Settings, inFlight: InFlight) {
    self.clock = clock
    self.settings = settings
    self.inFlight = inFlight
  }

  // MARK: - Transitions

  /// What is to be done when the lock has been dropped.
  struct Effects {
    var answers: [(waiters: WaitingLine, result: Result<Lease, any Error>)] = []
    var toCancel: [Ports.Cancellation] = []
    /// Whether anybody looks at events; else they are not even made.
    let isObserved: Bool
    private(set) var events: [ClientEvent] = []
    /// Slots whose copies are to be gone, with those that their handles read.
    var dropped: [(slot: TokenSlot, copies: ReadCopies?)] = []

    init(isObserved: Bool) { self.isObserved = isObserved }

    mutating func note(_ event: @autoclosure () -> ClientEvent) {
      if isObserved { events.append(event()) }
    }
  }

  /// Does `body` under the lock, and then what it left to do.
  func transition<Result>(_ body: (inout State, inout Effects) -> Result) -> Result {
    var effects = Effects(isObserved: settings.observer != nil)
    let result = state.withLock { body(&$0, &effects) }
    for (slot, own) in effects.dropped {
      copies.drop(slot)
      own?.drop(slot)
    }
    for cancellation in effects.toCancel { cancellation.cancel() }
    // Who has an answer can be sure that everything up to it has been told.
    if let observer = settings.observer { effects.events.forEach(observer) }
    for (waiters, result) in effects.answers {
      waiters.forEach { waiter in
        waiter.timer?.cancel()
        waiter.continuation.resume(with: result)
      }
    }
    return result
  }

  /// Does `body` with the gate of an endpoint, and notes what became of it.
  func withGate<Result>(
    of endpoint: EndpointName, in state: inout State, _ effects: inout Effects,
    _ body: (inout Gate, inout Effects) -> Result
  ) -> Result {
    var gate = state.gates[endpoint] ?? Gate(machine: EndpointGate(closesOnOutage: settings.outageGate))
    let wasOpen = gate.machine.isOpen
    let result = body(&gate, &effects)
    if gate.machine.isOpen { gate.failure = nil }
    if gate.machine.isOpen != wasOpen {
      effects.note(ClientEvent(gate.machine.isOpen ? .gateOpened : .gateClosed, endpoint: endpoint))
    }
    state.gates[endpoint] = gate
    return result
  }

  /// Has readers look anew after a transition. Called under the lock, so that what they see last is what happened last.
  func publish(_ slot: TokenSlot) { slot.version.wrappingAdd(1, ordering: .releasing) }

  // MARK: - Reading

  /// The token for the scope written as `text`, where this thread has a copy of it that counts and is fresh.
  @inline(__always)
  func read(_ text: String) -> ReadCopies.Found? {
    copies.read(at: clock.now()) { $0.text.utf8.count == text.utf8.count && $0.text == text }
  }

  /// The token for `key` while it is fresh, else nil. The calling thread keeps a copy, for readers who write `text`.
  func read(_ key: TokenKey, as text: String?) -> ReadCopies.Found? {
    let now = clock.now()
    return look(text.map { (copies, $0) }, at: now) { $0.slots[key] }
  }

  /// The token of a slot, for a handle's readers.
  @inline(__always)
  func read(_ slot: TokenSlot, from copies: ReadCopies) -> ReadCopies.Found? {
    let now = clock.now()
    if let found = copies.read(at: now, where: { _ in true }) { return found }
    return look(slot, from: copies, at: now)
  }

  @inline(never)
  private func look(_ slot: TokenSlot, from copies: ReadCopies, at now: Reading) -> ReadCopies.Found? {
    look((copies, ""), at: now) { _ in slot }
  }

  /// Reads past the copies, and keeps one. Apart, so that a read of a copy need not make room for it.
  @inline(never)
  private func look(
    _ keeper: (copies: ReadCopies, text: String)?, at now: Reading, _ find: (inout State) -> TokenSlot?
  ) -> ReadCopies.Found? {
    let copy = state.withLock { state -> ReadCopies.Copy? in
      guard let slot = find(&state), let window = slot.entry.readable, let token = slot.entry.token,
        window.isFresh(at: now)
      else { return nil }
      state.hits += 1
      slot.lastUse.store(now.monotonic, ordering: .relaxed)
      return ReadCopies.Copy(
        text: keeper?.text ?? "", slot: slot, version: slot.version.load(ordering: .relaxed), token: token,
        window: window, notedUse: now.monotonic)
    }
    guard let copy else { return nil }
    keeper?.copies.keep(copy)
    return ReadCopies.Found(token: copy.token, isRefreshDue: copy.window.isRefreshDue(at: now))
  }

  // MARK: - Slots

  /// The slot of `key`, made where there is none; room is made for it then.
  func slot(_ key: TokenKey, at now: Reading, in state: inout State, _ effects: inout Effects) -> TokenSlot {
    if let slot = state.slots[key] { return slot }
    while state.slots.count >= settings.maximumScopes, evict(in: &state, &effects) {}
    let slot = TokenSlot(key, at: now)
    state.slots.insert(slot)
    return slot
  }

  /// Forgets the slot that was used least recently and that nobody waits for; false where all must stay.
  private func evict(in state: inout State, _ effects: inout Effects) -> Bool {
    var order = EvictionOrder<TokenSlot>()
    swap(&order, &state.evictionOrder)
    let next = order.next(among: state.slots.all) { slot in
      slot.entry.mayGo ? slot.lastUse.load(ordering: .relaxed) : nil
    }
    swap(&order, &state.evictionOrder)
    guard let next else { return false }
    state.slots.remove(next)
    next.entry.isGone = true
    forget(next, &effects)
    effects.note(ClientEvent(.evicted, endpoint: next.key.endpoint, request: next.key.request))
    return true
  }

  /// Drops what readers could read of a slot.
  func forget(_ slot: TokenSlot, _ effects: inout Effects) {
    slot.entry.token = nil
    publish(slot)
    effects.dropped.append((slot, slot.entry.handles?.copies))
  }

  // MARK: - Handles

  /// A slot for a handle, with the copies that it reads. It stays for as long as a handle leads to it.
  func hold(_ key: TokenKey) -> (TokenSlot, ReadCopies) {
    let now = clock.now()
    return transition { state, effects in
      let slot = slot(key, at: now, in: &state, &effects)
      let handles = slot.entry.handles ?? TokenSlot.Handles()
      slot.entry.handles = handles
      handles.count += 1
      return (slot, handles.copies)
    }
  }

  /// Gives up one handle's hold. With the last one go the copies that it read from: they lead to the slot, and would keep
  /// it and its token in memory when the client is long gone.
  func release(_ slot: TokenSlot) {
    let copies = state.withLock { state -> ReadCopies? in
      guard let handles = slot.entry.handles else { return nil }
      handles.count -= 1
      guard handles.count == 0 else { return nil }
      slot.entry.handles = nil
      state.hits &+= handles.copies.hits
      return handles.copies
    }
    withExtendedLifetime(copies) {}
  }
}
