public import ServiceTokenDomain

/// From the first token to the last.
extension ServiceTokenClient {
  /// Fetches a token for each of `scopes` that has no fresh one, side by side: for a readiness probe, so that the first
  /// users need not wait.
  ///
  /// ```
  /// try await client.prewarm([jobs, files], within: .seconds(10))
  /// ```
  /// - Parameters:
  ///   - scopes: what the tokens are for.
  ///   - limit: how long to wait; nil for as long as it takes.
  /// - Throws: when all have ended, the error of the first of `scopes` that has no token; `CancellationError` where the
  ///   calling task is cancelled.
  public func prewarm(_ scopes: [Scope], within limit: Duration? = nil) async throws {
    let failures = await withTaskGroup(of: (place: Int, error: (any Error)?).self) { group in
      for (place, scope) in scopes.enumerated() {
        group.addTask {
          do {
            _ = try await self.token(for: scope, within: limit)
            return (place, nil)
          } catch {
            return (place, error)
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    let first = failures.filter { $0.error != nil }.min { $0.place < $1.place }
    if let error = first?.error { throw error }
  }

  /// Ends the client in order: from now on nothing new is fetched or called, what is in flight may end within `limit`, and
  /// is cancelled then.
  ///
  /// Tokens that are cached are given out for as long as they are fresh. Whoever needs a fetch, or waits for one that is
  /// cancelled, gets ``/ServiceTokenDomain/ServiceTokenError/Code/shutDown``. A transport of your own is yours to shut
  /// down, afterwards. Called again, it waits for what is still in flight.
  ///
  /// - Parameter limit: how long to wait. Where the calling task is cancelled, it does not wait at all.
  public func shutdown(within limit: Duration) async {
    inFlight.close()
    await inFlight.drain(within: limit, clock)
    cache.abandonAll(InFlight.shutDown)
    inFlight.cancelAll()
  }

  /// How the client is doing, scope by scope, without a secret: for a health page. It looks at each scope that is
  /// remembered, so ask every few seconds and not with each request.
  public func snapshot() -> ClientSnapshot { cache.snapshot(isShutDown: inFlight.isClosed) }
}
