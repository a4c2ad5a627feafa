import ServiceTokenDomain
import ServiceTokenPorts

/// What a token is cached under: the kind that issues it, and what it is asked for.
struct TokenKey: Hashable, Sendable {
  var endpoint: EndpointName
  var request: TokenRequest
}

/// Drives one ``TokenMachine`` per key.
///
/// Every transition takes the lock, asks the machine, drops the lock, and only then cancels tasks and resumes
/// continuations. Reads of a fresh token go past all that: they look at what was published after the last transition.
final class TokenCache: Sendable {
  /// A token, and whether it was cached before it was wanted.
  struct Lease: Sendable {
    var token: AccessToken
    var isFromCache: Bool
  }

  typealias Fetch = @Sendable () async throws -> AccessToken
  private typealias Waiter = CheckedContinuation<Lease, any Error>

  private struct Entry {
    var machine = TokenMachine()
    var token: AccessToken?
    var failure: (any Error)?
    var waiters: [TokenMachine.WaiterID: Waiter] = [:]
    var flight: Task<Void, Never>?
  }

  private struct State {
    var entries: [TokenKey: Entry] = [:]
    var lastWaiter: TokenMachine.WaiterID = 0
  }

  private struct Published {
    var token: AccessToken
    var window: TokenWindow
  }

  private let clock: any Ports.Clock
  private let policy: CachePolicy
  private let waiterJoined: (@Sendable (TokenRequest, Int) -> Void)?
  private let state = Locked(State())
  /// Taken alone, or inside `state`; never the other way round.
  private let published = Locked([TokenKey: Published]())

  init(
    clock: any Ports.Clock, policy: CachePolicy, waiterJoined: (@Sendable (TokenRequest, Int) -> Void)? = nil
  ) {
    self.clock = clock
    self.policy = policy
    self.waiterJoined = waiterJoined
  }

  // MARK: - Reading

  /// What a reader finds.
  struct Found {
    var token: AccessToken
    /// Whether to call ``refreshAhead(_:fetch:)`` now.
    var isRefreshDue: Bool
  }

  /// The token for `key` while it is fresh, else nil.
  func read(_ key: TokenKey) -> Found? {
    guard let found = published.withLock({ $0[key] }) else { return nil }
    let now = clock.now()
    guard found.window.isFresh(at: now) else { return nil }
    return Found(token: found.token, isRefreshDue: found.window.isRefreshDue(at: now))
  }

  /// Starts a refresh, unless another reader has.
  func refreshAhead(_ key: TokenKey, fetch: @escaping Fetch) {
    let now = clock.now()
    state.withLock { state in
      guard let generation = state.entries[key]?.machine.wasRead(at: now) else { return }
      takeOff(generation, of: key, in: &state.entries[key, default: Entry()], fetch)
    }
  }

  // MARK: - Waiting

  /// The token for `key`, from the cache or from the fetch that all share who wait for it.
  func lease(_ key: TokenKey, fetch: @escaping Fetch) async throws -> Lease {
    try Task.checkCancellation()
    let waiter = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        join(key, waiter, continuation, fetch)
        // The handler below may have run before the waiter had joined, and found nobody to send away.
        if Task.isCancelled { leave(key, waiter) }
      }
    } onCancel: {
      leave(key, waiter)
    }
  }

  private func join(
    _ key: TokenKey, _ waiter: TokenMachine.WaiterID, _ continuation: Waiter, _ fetch: @escaping Fetch
  ) {
    let now = clock.now()
    let (answer, waiterCount) = state.withLock { state -> (Result<Lease, any Error>?, Int) in
      var entry = state.entries[key] ?? Entry()
      defer { state.entries[key] = entry }
      switch entry.machine.requested(by: waiter, at: now) {
      case .serve:
        guard let token = entry.token else { preconditionFailure("a held token is missing") }
        return (.success(Lease(token: token, isFromCache: true)), 0)
      case .wait:
        entry.waiters[waiter] = continuation
      case .fetch(let generation):
        entry.waiters[waiter] = continuation
        takeOff(generation, of: key, in: &entry, fetch)
      case .refuse(let timeLeft):
        return (.failure(Self.refusal(entry.failure, timeLeft: timeLeft)), 0)
      }
      return (nil, entry.waiters.count)
    }
    if let answer {
      continuation.resume(with: answer)
    } else {
      waiterJoined?(key.request, waiterCount)
    }
  }

  private func leave(_ key: TokenKey, _ waiter: TokenMachine.WaiterID) {
    let (continuation, flight) = state.withLock { state -> (Waiter?, Task<Void, Never>?) in
      guard var entry = state.entries[key] else { return (nil, nil) }
      defer { state.entries[key] = entry }
      let continuation = entry.waiters.removeValue(forKey: waiter)
      guard case .cancel = entry.machine.left(waiter) else { return (continuation, nil) }
      publish(entry, key)
      defer { entry.flight = nil }
      return (continuation, entry.flight)
    }
    flight?.cancel()
    continuation?.resume(throwing: CancellationError())
  }

  private static func refusal(_ failure: (any Error)?, timeLeft: Duration) -> any Error {
    guard var error = failure as? ServiceTokenError else { return failure ?? CancellationError() }
    error.retryAfter = timeLeft
    return error
  }

  // MARK: - Fetching

  /// Starts a fetch. It is detached: shared work inherits no caller's priority, task-locals or cancellation. Called under
  /// the lock, so that whoever cancels the generation finds its task; the task itself runs elsewhere.
  private func takeOff(
    _ generation: TokenMachine.Generation, of key: TokenKey, in entry: inout Entry, _ fetch: @escaping Fetch
  ) {
    entry.flight = Task.detached {
      do {
        self.landed(generation, of: key, .success(try await fetch()))
      } catch {
        self.landed(generation, of: key, .failure(error))
      }
    }
    publish(entry, key)
  }

  private func landed(
    _ generation: TokenMachine.Generation, of key: TokenKey, _ result: Result<AccessToken, any Error>
  ) {
    let now = clock.now()
    let waiters = state.withLock { state -> [Waiter] in
      guard var entry = state.entries[key] else { return [] }
      let isCurrent: Bool
      switch result {
      case .success(let token):
        let window = policy.window(sentAt: token.sentAt, life: token.expiresIn)
        isCurrent = entry.machine.fetched(generation, window: window, at: now) != nil
        if isCurrent { (entry.token, entry.failure) = (token, nil) }
      case .failure(let error):
        let retryAfter = (error as? ServiceTokenError)?.retryAfter
        isCurrent = entry.machine.failed(generation, retryAfter: retryAfter, at: now) != nil
        if isCurrent { entry.failure = error }
      }
      guard isCurrent else { return [] }
      let waiters = Array(entry.waiters.values)
      entry.waiters = [:]
      entry.flight = nil
      state.entries[key] = entry
      publish(entry, key)
      return waiters
    }
    let answer = result.map { Lease(token: $0, isFromCache: false) }
    for waiter in waiters { waiter.resume(with: answer) }
  }

  // MARK: - Dropping

  /// A server refused `token`.
  func refused(_ token: AccessToken, at now: Reading) -> TokenMachine.Refusal {
    withHolder(of: token) { machine, generation in machine.refused(generation, at: now) } ?? .superseded
  }

  /// `token` is not to be given out again.
  func invalidate(_ token: AccessToken) {
    _ = withHolder(of: token) { machine, generation in machine.invalidated(generation) }
  }

  /// Does `body` where `token` is the one that is held.
  private func withHolder<Answer>(
    of token: AccessToken, _ body: (inout TokenMachine, TokenMachine.Generation) -> Answer
  ) -> Answer? {
    let key = TokenKey(endpoint: token.endpoint, request: token.request)
    return state.withLock { state in
      guard var entry = state.entries[key], entry.token?.value == token.value,
        let generation = entry.machine.heldGeneration
      else { return nil }
      let answer = body(&entry.machine, generation)
      if entry.machine.heldGeneration == nil { entry.token = nil }
      state.entries[key] = entry
      publish(entry, key)
      return answer
    }
  }

  // MARK: - Publishing

  /// Shows readers what the machine says after a transition. Called under the lock, so that what is published last is
  /// what happened last.
  private func publish(_ entry: Entry, _ key: TokenKey) {
    let latest = entry.machine.readableWindow.flatMap { window in
      entry.token.map { Published(token: $0, window: window) }
    }
    published.withLock { $0[key] = latest }
  }
}
