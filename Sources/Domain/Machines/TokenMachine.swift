/// Who waits for the token of one key, whether a fetch is in flight, and which token is held. All transitions stand in
/// this file; it reads no clock and does no I/O. Facts come in with the moment at which they happened, instructions go
/// out. Tokens, errors and continuations stay with the caller; here are generations, moments and waiter ids.
///
/// A *generation* numbers the fetches of a key. A held token carries the generation of its fetch. Whether a fetch may go
/// out at all is for the ``EndpointGate`` to say, which all keys of an endpoint share.
///
/// | fact | held | in flight | instruction | then |
/// | --- | --- | --- | --- | --- |
/// | ``requested(by:at:through:)`` | fresh | any | serve | – |
/// | | not fresh | some | wait | the waiter joins |
/// | | not fresh | none, gate closed | refuse with the time left | – |
/// | | not fresh | none | fetch | in flight, one waiter |
/// | ``wasRead(at:through:)`` | fresh, refresh due | none, gate open | fetch | in flight, no waiter, a refresh |
/// | | fresh, refresh due | none, gate closed | none | not due until the time left is over |
/// | | otherwise | | none | – |
/// | ``left(_:through:)`` | any | the last waiter of a demand | cancel | none in flight |
/// | | | otherwise | none | the waiter is gone |
/// | ``ranOutOfTime(_:)`` | any | of this waiter | none | the waiter is gone, the fetch goes on without any |
/// | ``fetched(_:window:at:through:)`` | any | this generation | deliver to all | held, none in flight, gate open |
/// | | | another, none | ignore | – |
/// | ``failed(_:_:at:through:)`` | any | this generation | fail all | none in flight, gate as it decides |
/// | | | another, none | ignore | – |
/// | ``refused(_:at:)`` | this generation | any | dropped | not held, the next token is protected |
/// | | this generation, protected | any | kept | – |
/// | | another, none | any | superseded | – |
/// | ``invalidated(_:)`` | this generation | any | true | not held |
public struct TokenMachine: Sendable, Hashable {
  /// The number of a fetch, from 1.
  public typealias Generation = UInt64
  /// The number of one who waits; the caller gives it.
  public typealias WaiterID = UInt64

  private struct Held: Sendable, Hashable {
    let generation: Generation
    let window: TokenWindow
    /// Until then a refusal does not drop it (SPEC D7).
    let protectedUntil: Reading?
  }

  /// A fetch under way: the one of ``lastGeneration``, for there is no other until it has ended.
  private struct Flight: Sendable, Hashable {
    let isRefresh: Bool
    let isProbe: Bool
    /// A demand dies with its last waiter (SPEC S12), unless one of them ran out of time: a caller's deadline is its own.
    var livesAlone: Bool
    var waiters: Set<WaiterID>
  }

  private var held: Held?
  private var flight: Flight?
  private var lastGeneration: Generation = 0
  private var refreshPausedUntil: Reading?
  private var wasRefused = false
  /// How many fetches in a row have failed.
  public private(set) var failuresInARow = 0

  /// How long a token is protected whose predecessor was refused (SPEC D7).
  public static let protection: Duration = .seconds(30)

  /// Makes a machine that holds nothing.
  public init() {}

  /// How many wait.
  public var waiterCount: Int { flight?.waiters.count ?? 0 }
  /// The generation in flight, or nil.
  public var generationInFlight: Generation? { flight == nil ? nil : lastGeneration }
  /// Whether what is in flight is a refresh ahead of expiry.
  public var isRefreshing: Bool { flight?.isRefresh ?? false }
  /// The generation that is held, fresh or not, or nil.
  public var heldGeneration: Generation? { held?.generation }

  /// The window in which the held token may be read without asking the machine, or nil where none is held. It is due for
  /// a refresh just when ``wasRead(at:through:)`` would ask the gate for one.
  public var readableWindow: TokenWindow? {
    guard let held else { return nil }
    let refreshFrom =
      flight == nil
      ? refreshPausedUntil.map { held.window.refreshFrom.later($0) } ?? held.window.refreshFrom : .distantFuture
    return TokenWindow(refreshFrom: refreshFrom, freshUntil: held.window.freshUntil)
  }

  // MARK: - Somebody wants a token

  /// A fetch that is to start.
  public struct TakeOff: Sendable, Hashable {
    /// The number under which its end is reported.
    public let generation: Generation
    /// Whether it is to make a single attempt, to see whether the server answers again.
    public let isProbe: Bool
  }

  /// What to do for one who wants a token.
  public enum Demand: Sendable, Hashable {
    /// Give out the held token, which is of this generation.
    case serve(Generation)
    /// Let it wait for the fetch in flight.
    case wait
    /// Let it wait, and start this fetch.
    case fetch(TakeOff)
    /// Fail at once with the failure that closed the gate; this much time is left.
    case refuse(timeLeft: Duration)
  }

  /// Somebody wants a token.
  public mutating func requested(
    by waiter: WaiterID, at now: Reading, through gate: inout EndpointGate
  ) -> Demand {
    if let held, held.window.isFresh(at: now) { return .serve(held.generation) }
    if flight != nil {
      flight?.waiters.insert(waiter)
      return .wait
    }
    switch gate.admit(at: now) {
    case .refused(let timeLeft): return .refuse(timeLeft: timeLeft)
    case .free: return .fetch(takeOff(isRefresh: false, isProbe: false, waiters: [waiter]))
    case .probe: return .fetch(takeOff(isRefresh: false, isProbe: true, waiters: [waiter]))
    }
  }

  /// Somebody read the held token. A take-off means: start this fetch in the background.
  public mutating func wasRead(at now: Reading, through gate: inout EndpointGate) -> TakeOff? {
    guard flight == nil, let window = readableWindow, window.isFresh(at: now), window.isRefreshDue(at: now) else {
      return nil
    }
    switch gate.admit(at: now) {
    case .refused(let timeLeft):
      refreshPausedUntil = now.advanced(by: timeLeft)
      return nil
    case .free: return takeOff(isRefresh: true, isProbe: false, waiters: [])
    case .probe: return takeOff(isRefresh: true, isProbe: true, waiters: [])
    }
  }

  private mutating func takeOff(isRefresh: Bool, isProbe: Bool, waiters: Set<WaiterID>) -> TakeOff {
    lastGeneration += 1
    flight = Flight(isRefresh: isRefresh, isProbe: isProbe, livesAlone: isRefresh, waiters: waiters)
    return TakeOff(generation: lastGeneration, isProbe: isProbe)
  }

  // MARK: - Somebody leaves

  /// What to do for one who no longer waits.
  public enum Departure: Sendable, Hashable {
    /// It did not wait any more: its answer is under way.
    case wasNotWaiting
    /// It is gone; the fetch goes on for the others.
    case left
    /// It was the last one: cancel the fetch of this generation.
    case cancel(Generation)
  }

  /// One who waits was cancelled (SPEC S12).
  public mutating func left(_ waiter: WaiterID, through gate: inout EndpointGate) -> Departure {
    guard flight?.waiters.remove(waiter) != nil, let flight else { return .wasNotWaiting }
    guard flight.waiters.isEmpty, !flight.livesAlone else { return .left }
    if flight.isProbe { gate.abandoned() }
    self.flight = nil
    return .cancel(lastGeneration)
  }

  /// The time that one who waits had given itself is over; false where its answer is under way. The fetch goes on, also
  /// for nobody: who comes next finds its token.
  public mutating func ranOutOfTime(_ waiter: WaiterID) -> Bool {
    guard flight?.waiters.remove(waiter) != nil else { return false }
    flight?.livesAlone = true
    return true
  }

  // MARK: - A fetch ends

  /// A fetch brought a token. The waiters are to get it however short its life is (SPEC S7), and it is the one to hold;
  /// nil: the fetch was abandoned, drop its token.
  public mutating func fetched(
    _ generation: Generation, window: TokenWindow, at now: Reading, through gate: inout EndpointGate
  ) -> Set<WaiterID>? {
    guard let flight, generation == lastGeneration else { return nil }
    held = Held(
      generation: generation, window: window,
      protectedUntil: wasRefused ? now.advanced(by: Self.protection) : nil)
    self.flight = nil
    refreshPausedUntil = nil
    failuresInARow = 0
    wasRefused = false
    gate.succeeded(wasProbe: flight.isProbe)
    return flight.waiters
  }

  /// What follows from a failure.
  public struct Failed: Sendable, Hashable {
    /// Who is to get it (SPEC S10).
    public let waiters: Set<WaiterID>
    /// Whether it is the answer to whoever the gate keeps out from now on (SPEC S11).
    public let closesGate: Bool
  }

  /// A fetch failed; nil: it was abandoned, drop its failure.
  public mutating func failed(
    _ generation: Generation, _ failure: FetchFailure, at now: Reading, through gate: inout EndpointGate
  ) -> Failed? {
    guard let flight, generation == lastGeneration else { return nil }
    self.flight = nil
    if flight.isRefresh {
      refreshPausedUntil = now.advanced(by: Pause.afterFailure(number: failuresInARow + 1))
    }
    failuresInARow += 1
    let closesGate = gate.failed(failure, wasProbe: flight.isProbe, at: now)
    return Failed(waiters: flight.waiters, closesGate: closesGate)
  }

  // MARK: - A token is no good

  /// What became of a token that a server refused.
  public enum Refusal: Sendable, Hashable {
    /// It is dropped.
    case dropped
    /// Another one is held, or none: nothing to drop.
    case superseded
    /// It stays: a recovery has just fetched it, and the server refuses for another reason.
    case kept

    /// Whether whatever was refused is to be tried once more with another token.
    ///
    /// - Parameters:
    ///   - isFromCache: whether the refused token had been cached before it was wanted; what the server refuses a moment
    ///     after it issued it, it would refuse again.
    ///   - hasRecovered: whether this is a second refusal already.
    public func allowsRecovery(isFromCache: Bool, hasRecovered: Bool) -> Bool {
      isFromCache && self != .kept && !hasRecovered
    }
  }

  /// A server refused the token of `generation` (SPEC D7).
  public mutating func refused(_ generation: Generation, at now: Reading) -> Refusal {
    guard let held, held.generation == generation else { return .superseded }
    if let protectedUntil = held.protectedUntil, now.isBefore(protectedUntil) { return .kept }
    self.held = nil
    wasRefused = true
    return .dropped
  }

  /// The token of `generation` is not to be given out again; true where it was the held one.
  public mutating func invalidated(_ generation: Generation) -> Bool {
    guard held?.generation == generation else { return false }
    held = nil
    return true
  }
}
