public import ServiceTokenDomain
import ServiceTokenPorts

/// What follows when a server refuses a token.
extension ServiceTokenClient {
  /// Hands a token to `body` and, where that says that the server refused it, drops exactly that token and does `body`
  /// once more with a fresh one: a 401 storm of a thousand callers causes one fetch (SPEC D7).
  ///
  /// It is done once more only where the token had been cached before, and had not been fetched by a recovery within the
  /// last 30 s. Where fetching a token fails, `body` is not called.
  ///
  /// - Parameters:
  ///   - request: what the token is for.
  ///   - limit: how long after the call a token is still waited for; nil for as long as its fetch takes.
  ///   - body: uses the token.
  /// - Returns: what `body` made of it last, refused or not.
  /// - Throws: as ``token(for:within:)-(TokenRequest,_)`` does; what `body` throws.
  public func withToken<Result>(
    for request: TokenRequest, within limit: Duration?, _ body: (AccessToken) async throws -> TokenUse<Result>
  ) async throws -> Result {
    let began = clock.now()
    var limit = limit
    var hasRecovered = false
    while true {
      let lease: TokenCache.Lease
      if let token = cachedToken(for: request) {
        lease = TokenCache.Lease(token: token, isFromCache: true)
      } else {
        let limit = limit
        lease = try await inFlight.letIn { try await newLease(for: request, within: limit) }
      }
      switch try await body(lease.token) {
      case .accepted(let result): return result
      case .refused(let result):
        let now = clock.now()
        let refusal = cache.refused(lease.token, at: now)
        limit = limit.map { $0 - now.elapsed(since: began) }
        guard refusal.allowsRecovery(isFromCache: lease.isFromCache, hasRecovered: hasRecovered),
          limit ?? .seconds(1) > .zero
        else { return result }
        hasRecovered = true
      }
    }
  }
}
