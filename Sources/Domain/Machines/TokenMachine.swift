/// Who waits for the token of one key, whether a fetch is in flight, and which token is held. All transitions stand in
/// this file; it reads no clock and does no I/O. Facts come in with the moment at which they happened, instructions go
/// out. Tokens, errors and continuations stay with the caller; here are generations, moments and waiter ids.
///
/// A *generation* numbers the fetches of a key. A held token carries the generation of its fetch.
///
/// | fact | held | in flight | instruction | then |
/// | --- | --- | --- | --- | --- |
/// | ``requested(by:at:)`` | fresh | any | serve | – |
/// | | not fresh | some | wait | the waiter joins |
/// | | not fresh | none, gate closed | refuse with the time left | – |
/// | | not fresh | none | fetch | in flight, one waiter |
/// | ``wasRead(at:)`` | fresh, refresh due | none, not paced | fetch | in flight, no waiter, a refresh |
/// | | otherwise | | none | – |
/// | ``left(_:)`` | any | the last waiter of a demand | cancel | none in flight |
/// | | | otherwise | none | the waiter is gone |
/// | ``fetched(_:window:at:)`` | any | this generation | deliver to all | held, none in flight, gate open |
/// | | | another, none | ignore | – |
/// | ``failed(_:retryAfter:at:)`` | any | this generation | fail all | none in flight, gate as the server said |
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

  private struct Flight: Sendable, Hashable {
    let generation: Generation
    /// A refresh lives without waiters; a demand dies with its last (SPEC S12).
    let isRefresh: Bool
    var waiters: Set<WaiterID>
  }

  private var held: Held?
  private var flight: Flight?
  private var lastGeneration: Generation = 0
  /// Until then the server wants to be left alone (SPEC S11).
  private var closedUntil: Reading?
  private var failedRefreshes = 0
  private var refreshPacedUntil: Reading?
  private var wasRefused = false

  /// How long a token is protected whose predecessor was refused (SPEC D7).
  public static let protection: Duration = .seconds(30)
  /// The longest time for which a `Retry-After` closes the gate: nobody's clerical error stops a client for good.
  public static let longestGate: Duration = .seconds(3600)
  /// The longest wait between two failed refreshes.
  public static let longestRefreshPace: Duration = .seconds(30)

  /// Makes a machine that holds nothing.
  public init() {}

  /// How many wait.
  public var waiterCount: Int { flight?.waiters.count ?? 0 }
  /// The generation in flight, or nil.
  public var generationInFlight: Generation? { flight?.generation }
  /// The generation that is held, fresh or not, or nil.
  public var heldGeneration: Generation? { held?.generation }

  /// The window in which the held token may be read without asking the machine, or nil where none is held. It is due for
  /// a refresh just when ``wasRead(at:)`` would start one.
  public var readableWindow: TokenWindow? {
    guard let held else { return nil }
    guard flight == nil else { return TokenWindow(refreshFrom: .distantFuture, freshUntil: held.window.freshUntil) }
    let refreshFrom = [refreshPacedUntil, closedUntil].compactMap(\.self).reduce(held.window.refreshFrom) {
      $0.later($1)
    }
    return TokenWindow(refreshFrom: refreshFrom, freshUntil: held.window.freshUntil)
  }

  // MARK: - Somebody wants a token

  /// What to do for one who wants a token.
  public enum Demand: Sendable, Hashable {
    /// Give out the held token, which is of this generation.
    case serve(Generation)
    /// Let it wait for the fetch in flight.
    case wait
    /// Let it wait, and start a fetch of this generation.
    case fetch(Generation)
    /// Fail at once with the failure that closed the gate; this much time is left.
    case refuse(timeLeft: Duration)
  }

  /// Somebody wants a token.
  public mutating func requested(by waiter: WaiterID, at now: Reading) -> Demand {
    if let held, held.window.isFresh(at: now) { return .serve(held.generation) }
    if flight != nil {
      flight?.waiters.insert(waiter)
      return .wait
    }
    if let closedUntil, now.isBefore(closedUntil) { return .refuse(timeLeft: now.time(until: closedUntil)) }
    return .fetch(takeOff(isRefresh: false, waiters: [waiter]))
  }

  /// Somebody read the held token. A generation means: start a fetch of it in the background.
  public mutating func wasRead(at now: Reading) -> Generation? {
    guard flight == nil, let window = readableWindow, window.isFresh(at: now), window.isRefreshDue(at: now) else {
      return nil
    }
    return takeOff(isRefresh: true, waiters: [])
  }

  private mutating func takeOff(isRefresh: Bool, waiters: Set<WaiterID>) -> Generation {
    lastGeneration += 1
    flight = Flight(generation: lastGeneration, isRefresh: isRefresh, waiters: waiters)
    return lastGeneration
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

  /// One who waits was cancelled.
  public mutating func left(_ waiter: WaiterID) -> Departure {
    guard flight?.waiters.remove(waiter) != nil, let flight else { return .wasNotWaiting }
    guard flight.waiters.isEmpty, !flight.isRefresh else { return .left }
    self.flight = nil
    return .cancel(flight.generation)
  }

  // MARK: - A fetch ends

  /// A fetch brought a token. The waiters are to get it however short its life is (SPEC S7), and it is the one to hold;
  /// nil: the fetch was abandoned, drop its token.
  public mutating func fetched(_ generation: Generation, window: TokenWindow, at now: Reading) -> Set<WaiterID>? {
    guard let flight, flight.generation == generation else { return nil }
    held = Held(
      generation: generation, window: window,
      protectedUntil: wasRefused ? now.advanced(by: Self.protection) : nil)
    self.flight = nil
    closedUntil = nil
    failedRefreshes = 0
    refreshPacedUntil = nil
    wasRefused = false
    return flight.waiters
  }

  /// A fetch failed; `retryAfter` is what the server asked for. The waiters are to get the failure (SPEC S10), which
  /// stays the answer while the gate is closed (SPEC S11); nil: the fetch was abandoned, drop its failure.
  public mutating func failed(
    _ generation: Generation, retryAfter: Duration?, at now: Reading
  ) -> Set<WaiterID>? {
    guard let flight, flight.generation == generation else { return nil }
    self.flight = nil
    closedUntil = retryAfter.map { now.advanced(by: min($0, Self.longestGate)) }
    if flight.isRefresh {
      // 1 s doubling to 30 s.
      let pace = min(.seconds(1 << min(failedRefreshes, 5)), Self.longestRefreshPace)
      failedRefreshes += 1
      refreshPacedUntil = now.advanced(by: pace)
    }
    return flight.waiters
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
