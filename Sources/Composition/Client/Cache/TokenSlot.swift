import ServiceTokenDomain
import ServiceTokenPorts
import Synchronization

/// What a token is cached under: the kind that issues it, and what it is asked for.
struct TokenKey: Hashable, Sendable {
  var endpoint: EndpointName
  var request: TokenRequest
}

/// All that a client knows of one key. Whoever holds a slot may read from it whether what it has copied still counts;
/// everything else is the cache's.
///
/// Unchecked, because the compiler cannot see that ``entry`` is touched only under the cache's lock.
@safe final class TokenSlot: @unchecked Sendable {
  /// What the cache keeps; its lock guards it.
  struct Entry {
    var machine = TokenMachine()
    var token: AccessToken?
    /// There while the machine says that a fetch is in flight.
    var flight: Flight?
    var lastOutcome: ClientSnapshot.Entry.Outcome?
    /// There while any handle leads here.
    var handles: Handles?
    /// It was evicted.
    var isGone = false

    /// What readers may read.
    var readable: TokenWindow? { token == nil ? nil : machine.readableWindow }
    /// Whether it may be evicted: nobody waits for it, or will come for it by a handle.
    var mayGo: Bool { flight == nil && handles == nil && !isGone }
  }

  /// One who waits.
  struct Waiter {
    let continuation: CheckedContinuation<TokenCache.Lease, any Error>
    let since: Reading
    /// Ends the wait when the caller's time is over.
    let timer: Task<Void, Never>?
  }

  /// A fetch on its way. On its own, like ``Handles``: most slots rest, and would keep the room for it.
  final class Flight {
    let cancellation: Ports.Cancellation
    let since: Reading
    var waiters = WaitingLine()

    init(_ cancellation: Ports.Cancellation, since: Reading) {
      self.cancellation = cancellation
      self.since = since
    }
  }

  /// The handles that lead here, so that the slot must stay.
  final class Handles {
    var count = 0
    /// What they read from.
    let copies = ReadCopies(ways: 1)
  }

  let key: TokenKey
  /// Rises when what readers may read may have changed: a copy counts for as long as this is what it was when it was made.
  let version = Atomic<UInt64>(0)
  /// The monotonic time of the last read, as exact as readers care to note it.
  let lastUse: Atomic<Int64>
  var entry = Entry()

  init(_ key: TokenKey, at now: Reading) {
    self.key = key
    lastUse = Atomic(now.monotonic)
  }
}
