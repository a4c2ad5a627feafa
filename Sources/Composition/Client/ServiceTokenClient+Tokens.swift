public import ServiceTokenDomain

/// Tokens, from the cache or from a fetch.
extension ServiceTokenClient {
  // MARK: - Reading

  /// The cached token for `request`, or nil where none is fresh. It waits for nothing and does not allocate; the first
  /// reader in the token's refresh window starts a refresh in the background.
  public func cachedToken(for request: TokenRequest) -> AccessToken? {
    guard request.resources.isEmpty, request.audiences.isEmpty else {
      return read(key(request), as: nil, configuration.serviceTokenEndpoint, request)
    }
    return cachedToken(written: request.scope.text) { request }
  }

  /// The cached token for `scope`, or nil where none is fresh; see ``cachedToken(for:)-(TokenRequest)``.
  public func cachedToken(for scope: Scope) -> AccessToken? {
    cachedToken(written: scope.text) { TokenRequest(scope: scope) }
  }

  /// The cached token for a scope in text, or nil where none is fresh or the text is no scope; see
  /// ``cachedToken(for:)-(TokenRequest)``.
  public func cachedToken(for scope: String) -> AccessToken? {
    cachedToken(written: scope) { (try? Scope(scope)).map { TokenRequest(scope: $0) } }
  }

  @inline(__always)
  private func cachedToken(written text: String, as request: () -> TokenRequest?) -> AccessToken? {
    if let found = cache.read(text) {
      if found.isRefreshDue { request().map(refresh) }
      return found.token
    }
    return request().flatMap { read(key($0), as: text, configuration.serviceTokenEndpoint, $0) }
  }

  /// The cached token of an endpoint kind of your own, or nil where none is fresh or the kind refuses `input`; see
  /// ``cachedToken(for:)-(TokenRequest)``. Code that reads it with each request keeps a handle: ``tokens(from:for:)``.
  public func cachedToken<Kind: CachedEndpointKind>(from kind: Kind, for input: Kind.Input) -> AccessToken? {
    guard (try? kind.validate(input)) != nil else { return nil }
    return read(key(kind, input), as: nil, kind, input)
  }

  func read<Kind: CachedEndpointKind>(
    _ key: TokenKey, as text: String?, _ kind: Kind, _ input: Kind.Input
  ) -> AccessToken? {
    guard let found = cache.read(key, as: text) else { return nil }
    if found.isRefreshDue { cache.refreshAhead(fetch(kind, input, as: key)) }
    return found.token
  }

  @inline(never)
  private func refresh(_ request: TokenRequest) {
    cache.refreshAhead(fetch(request, as: key(request)))
  }

  // MARK: - Waiting

  /// A token for `request`: the cached one while it is fresh, else the one that a fetch brings, shared by all who wait
  /// for the same (SPEC S6, S10).
  ///
  /// - Parameters:
  ///   - request: what the token is for.
  ///   - limit: how long to wait; nil for as long as the fetch takes. It ends this caller's wait alone: the fetch goes
  ///     on, and its token is there for whoever asks next.
  /// - Throws: ``/ServiceTokenDomain/ServiceTokenError``; `CancellationError` where the calling task is cancelled while it
  ///   waits, at once (SPEC S12). A fresh token is returned without a look at either (SPEC S13).
  public func token(for request: TokenRequest, within limit: Duration? = nil) async throws -> AccessToken {
    if let token = cachedToken(for: request) { return token }
    return try await newToken(for: request, within: limit)
  }

  /// A token for `scope`; see ``token(for:within:)-(TokenRequest,_)``.
  ///
  /// - Throws: ``/ServiceTokenDomain/ServiceTokenError``; `CancellationError`.
  public func token(for scope: Scope, within limit: Duration? = nil) async throws -> AccessToken {
    if let token = cachedToken(for: scope) { return token }
    return try await newToken(for: TokenRequest(scope: scope), within: limit)
  }

  /// A token for a scope in text; see ``token(for:within:)-(TokenRequest,_)``.
  ///
  /// - Throws: ``/ServiceTokenDomain/ServiceTokenError``, `invalidArgument` for a text that is no scope (SPEC S1);
  ///   `CancellationError`.
  public func token(for scope: String, within limit: Duration? = nil) async throws -> AccessToken {
    if let token = cachedToken(for: scope) { return token }
    return try await newToken(for: TokenRequest(scope: Scope(scope)), within: limit)
  }

  /// A token from an endpoint kind of your own whose answers are cached.
  ///
  /// - Throws: as ``token(for:within:)-(TokenRequest,_)`` does.
  public func token<Kind: CachedEndpointKind>(
    from kind: Kind, for input: Kind.Input, within limit: Duration? = nil
  ) async throws -> AccessToken {
    try kind.validate(input)
    let key = key(kind, input)
    if let token = read(key, as: nil, kind, input) { return token }
    return try await cache.lease(key, within: limit) { fetch(kind, input, as: key) }.token
  }

  // Apart, so that a hit makes no room for it.
  @inline(never)
  func newToken(for request: TokenRequest, within limit: Duration?) async throws -> AccessToken {
    let key = key(request)
    return try await cache.lease(key, within: limit) { fetch(request, as: key) }.token
  }

  // MARK: - Dropping

  /// Drops exactly this token from the cache, because a server refused it. A newer one stays.
  public func invalidate(_ token: AccessToken) { cache.invalidate(token) }

  // MARK: - Parts

  func key(_ request: TokenRequest) -> TokenKey {
    TokenKey(endpoint: configuration.serviceTokenEndpoint.name, request: request)
  }

  func key<Kind: CachedEndpointKind>(_ kind: Kind, _ input: Kind.Input) -> TokenKey {
    TokenKey(endpoint: kind.name, request: kind.tokenRequest(for: input))
  }

  @inline(never)
  func fetch(_ request: TokenRequest, as key: TokenKey) -> TokenCache.Fetch {
    fetch(configuration.serviceTokenEndpoint, request, as: key)
  }

  /// A fetch, whose token says by what it is found again, whatever the kind wrote into it. It is made under the cache's
  /// lock, so the kind is asked nothing here.
  @inline(never)
  func fetch<Kind: CachedEndpointKind>(_ kind: Kind, _ input: Kind.Input, as key: TokenKey) -> TokenCache.Fetch {
    TokenCache.Fetch(key: key, failureCodes: { kind.failureCodes }) { isProbe, cancellation in
      try await self.carryOut(kind, input, asProbe: isProbe, cancelledBy: cancellation)
        .filed(under: key.endpoint, request: key.request)
    }
  }
}
