import ServiceTokenDomain
import ServiceTokenPorts

/// Fetches, from their start to what becomes of their token.
extension TokenCache {
  /// Starts a refresh of what is cached, unless another reader has.
  func refreshAhead(_ fetch: Fetch) {
    if let slot = state.withLock({ $0.slots[fetch.key] }) { refreshAhead(slot, fetch) }
  }

  /// Starts a refresh, unless another reader has, or the client was shut down.
  func refreshAhead(_ slot: TokenSlot, _ fetch: Fetch) {
    guard inFlight.enter() else { return }
    defer { inFlight.leave() }
    let now = clock.now()
    transition { state, effects in
      // It may have been evicted since it was found; whoever asks for its key now has another one.
      guard !slot.entry.isGone else { return }
      let start = withGate(of: slot.key.endpoint, in: &state, &effects) { gate, _ in
        slot.entry.machine.wasRead(at: now, through: &gate.machine)
      }
      if let start { takeOff(start, slot, at: now, fetch, priority: nil) } else { publish(slot) }
    }
  }

  /// Starts a fetch. It is detached: shared work inherits no caller's priority, task-locals or cancellation. Called under
  /// the lock, so that whoever ends the generation finds what cancels it; the task itself runs elsewhere.
  ///
  /// - Parameter priority: high where somebody waits: in one queue with all who have come meanwhile it would begin when
  ///   the last of them has had its turn.
  func takeOff(
    _ start: TokenMachine.TakeOff, _ slot: TokenSlot, at now: Reading, _ fetch: Fetch, priority: TaskPriority?
  ) {
    let cancellation = Ports.Cancellation()
    let work = inFlight.begin(cancellation)
    slot.entry.flight = TokenSlot.Flight(cancellation, since: now)
    publish(slot)
    Task.detached(priority: priority) {
      let result: Result<AccessToken, any Error>
      do {
        result = .success(try await fetch.run(start.isProbe, cancellation))
      } catch {
        // Nobody who waits was cancelled: a shutdown was.
        result = .failure(error is CancellationError && self.inFlight.isClosed ? InFlight.shutDown : error)
      }
      self.landed(start.generation, slot, result, fetch.failureCodes())
      self.inFlight.end(work)
    }
  }

  private func landed(
    _ generation: TokenMachine.Generation, _ slot: TokenSlot, _ result: Result<AccessToken, any Error>,
    _ codes: FailureCodes
  ) {
    let now = clock.now()
    let random = settings.randomNumber()
    transition { state, effects in
      let isRefresh = slot.entry.machine.isRefreshing
      let isCurrent = withGate(of: slot.key.endpoint, in: &state, &effects) { gate, _ -> Bool in
        switch result {
        case .success(let token):
          let window = settings.policy.window(sentAt: token.sentAt, life: token.expiresIn, random: random)
          return slot.entry.machine.fetched(generation, window: window, at: now, through: &gate.machine) != nil
        case .failure(let error):
          let failure = FetchFailure(error, of: codes)
          let failed = slot.entry.machine.failed(generation, failure, at: now, through: &gate.machine)
          if failed?.closesGate == true { gate.failure = error }
          return failed != nil
        }
      }
      guard isCurrent, let flight = slot.entry.flight else { return }
      slot.entry.flight = nil
      note(result, of: slot, isRefresh: isRefresh, after: now.elapsed(since: flight.since), &effects)
      if effects.isObserved {
        flight.waiters.forEach { waiter in
          effects.note(
            ClientEvent(
              .waited, endpoint: slot.key.endpoint, request: slot.key.request,
              duration: now.elapsed(since: waiter.since)))
        }
      }
      effects.answers.append((flight.waiters, result.map { Lease(token: $0, isFromCache: false) }))
      publish(slot)
    }
  }

  private func note(
    _ result: Result<AccessToken, any Error>, of slot: TokenSlot, isRefresh: Bool, after duration: Duration,
    _ effects: inout Effects
  ) {
    let key = slot.key
    switch result {
    case .success(let token):
      slot.entry.token = token
      slot.entry.lastOutcome = .fetched
      effects.note(
        ClientEvent(
          isRefresh ? .refreshed : .fetched, endpoint: key.endpoint, request: key.request, duration: duration))
    case .failure(let error):
      let code = (error as? ServiceTokenError)?.code
      slot.entry.lastOutcome = code.map { .failed($0) } ?? slot.entry.lastOutcome
      effects.note(
        ClientEvent(
          isRefresh ? .refreshFailed : .fetchFailed, endpoint: key.endpoint, request: key.request, duration: duration,
          code: code))
    }
  }

  // MARK: - Ending

  /// Cancels every fetch; who waits for one gets `error`.
  func abandonAll(_ error: any Error) {
    let now = clock.now()
    let flights = state.withLock { state in
      state.slots.all.compactMap { slot in slot.entry.machine.generationInFlight.map { (slot, $0) } }
    }
    for (slot, generation) in flights {
      transition { state, effects in
        let ended = withGate(of: slot.key.endpoint, in: &state, &effects) { gate, _ in
          slot.entry.machine.failed(generation, FetchFailure(), at: now, through: &gate.machine)
        }
        guard ended != nil, let flight = slot.entry.flight else { return }
        slot.entry.flight = nil
        effects.toCancel.append(flight.cancellation)
        effects.answers.append((flight.waiters, .failure(error)))
        publish(slot)
      }
    }
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
    return transition { state, effects in
      guard let slot = state.slots[key], slot.entry.token?.value == token.value,
        let generation = slot.entry.machine.heldGeneration
      else { return nil }
      let answer = body(&slot.entry.machine, generation)
      if slot.entry.machine.heldGeneration == nil {
        forget(slot, &effects)
        effects.note(ClientEvent(.invalidated, endpoint: key.endpoint, request: key.request))
      }
      return answer
    }
  }
}
