public import ServiceTokenDomain

/// The way to one scope's tokens, without looking the scope up: for code that needs one with each of its requests.
///
/// ```
/// let jobs = client.tokens(for: try Scope("converter:job.write"))
/// // with each request:
/// let token = try await jobs.token()
/// ```
/// A cached endpoint kind of your own has handles too: ``ServiceTokenClient/tokens(from:for:)``.
///
/// As long as a handle is kept, its scope is not evicted, whatever ``ServiceTokenClient/Configuration/maximumScopes`` says.
/// It keeps its client alive, and some copies of the token: at most 16 on threads that read it. All functions may be
/// called from any number of tasks and threads.
public final class TokenHandle: Sendable {
  /// What its tokens are for.
  public let request: TokenRequest
  private let client: ServiceTokenClient
  // Of its own, because on the way through the client all threads would count a reference to it.
  private let cache: TokenCache
  private let slot: TokenSlot
  private let copies: ReadCopies
  private let fetch: TokenCache.Fetch

  fileprivate init<Kind: CachedEndpointKind>(_ client: ServiceTokenClient, from kind: Kind, for input: Kind.Input) {
    self.client = client
    cache = client.cache
    let key = client.key(kind, input)
    request = key.request
    (slot, copies) = cache.hold(key)
    fetch = client.fetch(kind, input, as: key)
  }

  deinit { cache.release(slot) }

  /// The cached token, or nil where none is fresh. It waits for nothing and does not allocate; the first reader in the
  /// token's refresh window starts a refresh in the background.
  public var cachedToken: AccessToken? {
    guard let found = cache.read(slot, from: copies) else { return nil }
    if found.isRefreshDue { refresh() }
    return found.token
  }

  /// A token: the cached one while it is fresh, else the one that a fetch brings, shared by all who wait for the same.
  ///
  /// - Parameter limit: how long to wait; nil for as long as the fetch takes. The fetch goes on afterwards.
  /// - Throws: as ``ServiceTokenClient/token(for:within:)-(TokenRequest,_)`` does.
  public func token(within limit: Duration? = nil) async throws -> AccessToken {
    if let token = cachedToken { return token }
    return try await lease(within: limit).token
  }

  /// Hands a token to `body`, and once more a fresh one where the server refused it; see
  /// ``ServiceTokenClient/withToken(for:within:_:)-(TokenRequest,_,_)``.
  ///
  /// - Throws: as ``token(within:)`` does; what `body` throws.
  public func withToken<Result>(
    within limit: Duration? = nil, _ body: (AccessToken) async throws -> TokenUse<Result>
  ) async throws -> Result {
    try await client.recovering(
      within: limit, cached: { cachedToken }, lease: { limit in try await lease(within: limit) }, body)
  }

  private func lease(within limit: Duration?) async throws -> TokenCache.Lease {
    try await cache.lease(fetch.key, within: limit) { fetch }
  }

  @inline(never)
  private func refresh() { cache.refreshAhead(slot, fetch) }
}

extension ServiceTokenClient {
  /// A handle for `scope`: the fastest way to its tokens, for code that needs one with each of its requests. Get it once
  /// and keep it.
  public func tokens(for scope: Scope) -> TokenHandle { tokens(for: TokenRequest(scope: scope)) }

  /// A handle for `request`; see ``tokens(for:)-(Scope)``.
  public func tokens(for request: TokenRequest) -> TokenHandle {
    TokenHandle(self, from: configuration.serviceTokenEndpoint, for: request)
  }

  /// A handle for a scope in text; see ``tokens(for:)-(Scope)``.
  ///
  /// - Throws: ``/ServiceTokenDomain/ServiceTokenError/Code/invalidArgument`` for a text that is no scope (SPEC S1).
  public func tokens(for scope: String) throws -> TokenHandle { tokens(for: try Scope(scope)) }

  /// A handle for the tokens of an endpoint kind of your own, which it asks for with this `input` each time.
  ///
  /// - Throws: what the kind throws about `input`.
  public func tokens<Kind: CachedEndpointKind>(from kind: Kind, for input: Kind.Input) throws -> TokenHandle {
    try kind.validate(input)
    return TokenHandle(self, from: kind, for: input)
  }
}

extension TokenHandle: CustomStringConvertible, CustomReflectable {
  /// What its tokens are for.
  public var description: String { "tokens for \(request.scope)" }
  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .class) }
}
