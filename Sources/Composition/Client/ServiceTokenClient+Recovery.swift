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
    for request: TokenRequest, within limit: Duration? = nil, _ body: (AccessToken) async throws -> TokenUse<Result>
  ) async throws -> Result {
    let key = key(request)
    return try await recovering(
      within: limit, cached: { cachedToken(for: request) },
      lease: { limit in try await cache.lease(key, within: limit) { fetch(request, as: key) } }, body)
  }

  /// Hands a token of an endpoint kind of your own to `body`, and once more a fresh one; see
  /// ``withToken(for:within:_:)-(TokenRequest,_,_)``.
  ///
  /// - Throws: what the kind throws about `input`; as ``token(from:for:within:)`` does; what `body` throws.
  public func withToken<Kind: CachedEndpointKind, Result>(
    from kind: Kind, for input: Kind.Input, within limit: Duration? = nil,
    _ body: (AccessToken) async throws -> TokenUse<Result>
  ) async throws -> Result {
    try kind.validate(input)
    let key = key(kind, input)
    return try await recovering(
      within: limit, cached: { read(key, as: nil, kind, input) },
      lease: { limit in try await cache.lease(key, within: limit) { fetch(kind, input, as: key) } }, body)
  }

  /// Does `body` with a token, and once more where SPEC D7 allows it, wherever tokens come from.
  func recovering<Result>(
    within limit: Duration?, cached: () -> AccessToken?, lease: (Duration?) async throws -> TokenCache.Lease,
    _ body: (AccessToken) async throws -> TokenUse<Result>
  ) async throws -> Result {
    let began = clock.now()
    var limit = limit
    var hasRecovered = false
    while true {
      let held: TokenCache.Lease
      if let token = cached() {
        held = TokenCache.Lease(token: token, isFromCache: true)
      } else {
        held = try await lease(limit)
      }
      switch try await body(held.token) {
      case .accepted(let result): return result
      case .refused(let result):
        let now = clock.now()
        let refusal = cache.refused(held.token, at: now)
        limit = limit.map { $0 - now.elapsed(since: began) }
        guard refusal.allowsRecovery(isFromCache: held.isFromCache, hasRecovered: hasRecovered),
          limit.map({ $0 > .zero }) ?? true
        else { return result }
        hasRecovered = true
      }
    }
  }
}
