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
    var waiters = WaitingLine()
    var flight: Flight?
    var lastOutcome: ClientSnapshot.Entry.Outcome?
    /// How many handles lead here, so that it must stay.
    var handleCount = 0
    /// The copies that handles read from, made for the first of them.
    var copies: ReadCopies?
    /// What readers may read, as it was last published.
    var published: TokenWindow?
    /// It was evicted.
    var isGone = false

    /// Whether it may be evicted: nobody waits for it, or will come for it by a handle.
    var mayGo: Bool { flight == nil && handleCount == 0 && !isGone }
  }

  /// One who waits.
  struct Waiter {
    let continuation: CheckedContinuation<TokenCache.Lease, any Error>
    let since: Reading
    /// Ends the wait when the caller's time is over.
    let timer: Task<Void, Never>?
  }

  /// A fetch on its way.
  struct Flight {
    let cancellation: Ports.Cancellation
    let since: Reading
  }

  let key: TokenKey
  /// Counts what was published: a copy counts for as long as this is what it was when it was made.
  let version = Atomic<UInt64>(0)
  /// The monotonic time of the last read, as exact as readers care to note it.
  let lastUse: Atomic<Int64>
  var entry = Entry()

  init(_ key: TokenKey, at now: Reading) {
    self.key = key
    lastUse = Atomic(now.monotonic)
  }
}
