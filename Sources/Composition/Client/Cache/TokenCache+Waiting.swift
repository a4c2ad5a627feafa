import ServiceTokenDomain
import ServiceTokenPorts
import Synchronization

/// Callers who find nothing fresh: they join a fetch, and leave it.
extension TokenCache {
  /// The token from the cache, or from the fetch that all share who wait for it.
  ///
  /// - Parameter fetch: makes the fetch, for the one caller who starts it, under the lock: it calls nothing foreign.
  /// - Throws: ``/ServiceTokenDomain/ServiceTokenError/Code/shutDown`` after a shutdown; `CancellationError` where the
  ///   calling task was cancelled; the error of the fetch.
  func lease(_ key: TokenKey, within limit: Duration?, _ fetch: () -> Fetch) async throws -> Lease {
    // First, whatever else stands in the way of this caller; who is let in is decided with the joining.
    guard !inFlight.isClosed else { throw InFlight.shutDown }
    return try await wait(for: key, as: newWaiter(), within: limit, inFlight: nil, fetch)
  }

  /// The same for something that is in flight: it gets its token after a shutdown too, and its own cancellation ends the
  /// wait as well.
  func lease(
    _ key: TokenKey, within limit: Duration?, for caller: Ports.Cancellation, _ fetch: () -> Fetch
  ) async throws -> Lease {
    let waiter = newWaiter()
    return try await caller.withHandler {
      try await wait(for: key, as: waiter, within: limit, inFlight: caller, fetch)
    } onCancel: {
      self.leave(key, waiter)
    }
  }

  private func newWaiter() -> TokenMachine.WaiterID { lastWaiter.wrappingAdd(1, ordering: .relaxed).newValue }

  private func wait(
    for key: TokenKey, as waiter: TokenMachine.WaiterID, within limit: Duration?, inFlight caller: Ports.Cancellation?,
    _ fetch: () -> Fetch
  ) async throws -> Lease {
    func isCancelled() -> Bool { Task.isCancelled || caller?.isCancelled == true }
    guard !isCancelled() else { throw CancellationError() }
    if let limit, limit <= .zero { throw Self.outOfTime(key) }
    return try await withTaskCancellationHandler {
      defer { ThreadSanitizer.wasResumed() }
      return try await withCheckedThrowingContinuation { continuation in
        join(key, waiter, continuation, limit, isInFlight: caller != nil, fetch)
        // A handler may have run before the waiter had joined, and found nobody to send away.
        if isCancelled() { leave(key, waiter) }
      }
    } onCancel: {
      leave(key, waiter)
    }
  }

  private func join(
    _ key: TokenKey, _ id: TokenMachine.WaiterID, _ continuation: CheckedContinuation<Lease, any Error>,
    _ limit: Duration?, isInFlight: Bool, _ fetch: () -> Fetch
  ) {
    // Until what it may begin is in flight, so that no shutdown ends in between.
    let isLetIn = inFlight.enter()
    defer { if isLetIn { inFlight.leave() } }
    guard isLetIn || isInFlight else { return continuation.resume(throwing: InFlight.shutDown) }
    let now = clock.now()
    let waiterCount = transition { state, effects in
      let slot = slot(key, at: now, in: &state, &effects)
      let waiterCount = withGate(of: key.endpoint, in: &state, &effects) { gate, effects -> Int in
        func wait() {
          slot.entry.flight?.waiters.insert(
            TokenSlot.Waiter(continuation: continuation, since: now, timer: limit.map { timer($0, key, id) }), as: id)
          effects.note(ClientEvent(.miss, endpoint: key.endpoint, request: key.request))
        }
        func answer(_ result: Result<Lease, any Error>) {
          let waiter = TokenSlot.Waiter(continuation: continuation, since: now, timer: nil)
          effects.answers.append((WaitingLine(of: waiter, as: id), result))
        }
        switch slot.entry.machine.requested(by: id, at: now, through: &gate.machine) {
        case .serve:
          guard let token = slot.entry.token else { preconditionFailure("a held token is missing") }
          answer(.success(Lease(token: token, isFromCache: true)))
          return 0
        case .wait:
          wait()
        case .fetch(let takeOff):
          self.takeOff(takeOff, slot, at: now, fetch(), priority: .high)
          wait()
        case .refuse(let timeLeft):
          answer(.failure(Self.refusal(gate.failure, timeLeft: timeLeft)))
          effects.note(ClientEvent(.refusedByGate, endpoint: key.endpoint, request: key.request))
          return 0
        }
        return slot.entry.flight?.waiters.count ?? 0
      }
      if waiterCount > 0 { state.misses += 1 }
      return waiterCount
    }
    if waiterCount > 0 { settings.waiterJoined?(key.request, waiterCount) }
  }

  private func leave(_ key: TokenKey, _ id: TokenMachine.WaiterID) {
    transition { state, effects in
      guard let slot = state.slots[key], let flight = slot.entry.flight else { return }
      withGate(of: key.endpoint, in: &state, &effects) { gate, effects in
        if case .cancel = slot.entry.machine.left(id, through: &gate.machine) {
          effects.toCancel.append(flight.cancellation)
          slot.entry.flight = nil
          publish(slot)
        }
      }
      guard let waiter = flight.waiters.remove(id) else { return }
      effects.answers.append((WaitingLine(of: waiter, as: id), .failure(CancellationError())))
    }
  }

  /// Ends a wait when the caller's time is over.
  private func timer(_ limit: Duration, _ key: TokenKey, _ id: TokenMachine.WaiterID) -> Task<Void, Never> {
    Task.detached { [clock] in
      do { try await clock.sleep(for: limit) } catch { return }
      self.giveUp(key, id)
    }
  }

  private func giveUp(_ key: TokenKey, _ id: TokenMachine.WaiterID) {
    let now = clock.now()
    transition { state, effects in
      guard let slot = state.slots[key], slot.entry.machine.ranOutOfTime(id),
        let waiter = slot.entry.flight?.waiters.remove(id)
      else { return }
      effects.answers.append((WaitingLine(of: waiter, as: id), .failure(Self.outOfTime(key))))
      effects.note(
        ClientEvent(
          .gaveUp, endpoint: key.endpoint, request: key.request, duration: now.elapsed(since: waiter.since)))
    }
  }

  // Made in line, the error would take its hundreds of bytes in the frame of everybody who waits.
  @inline(never)
  private static func outOfTime(_ key: TokenKey) -> any Error {
    ServiceTokenError(
      .deadlineExceeded, "no token came within the time that the caller had given itself", endpoint: key.endpoint)
  }

  private static func refusal(_ failure: (any Error)?, timeLeft: Duration) -> any Error {
    guard var error = failure as? ServiceTokenError else { return failure ?? CancellationError() }
    error.retryAfter = timeLeft
    return error
  }
}
