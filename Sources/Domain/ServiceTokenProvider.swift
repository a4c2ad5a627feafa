/// What an application calls: it gives tokens.
///
/// Write your code against `some ServiceTokenProvider`, and it needs this module alone; `ServiceTokenClient` is the one
/// that fetches, a few lines of your own make a fake: what takes a scope, in text or not, has an implementation already.
/// All functions may be called from any number of tasks and threads.
public protocol ServiceTokenProvider: Sendable {
  /// The cached token for `request`, or nil where none is fresh. Never waits, never touches the network.
  func cachedToken(for request: TokenRequest) -> AccessToken?

  /// The cached token for `scope`, or nil where none is fresh.
  func cachedToken(for scope: Scope) -> AccessToken?

  /// The cached token for a scope in text, or nil where none is fresh or the text is no scope.
  func cachedToken(for scope: String) -> AccessToken?

  /// A token for `request`: the cached one while it is fresh, else the one that a fetch brings, shared by all who wait
  /// for the same (SPEC S6, S10).
  ///
  /// - Parameters:
  ///   - request: what the token is for.
  ///   - limit: how long to wait; nil for as long as the fetch takes. It ends this caller's wait alone: the fetch goes
  ///     on, and its token is there for whoever asks next.
  /// - Throws: ``ServiceTokenError``, ``ServiceTokenError/Code/deadlineExceeded`` after `limit`; `CancellationError` where
  ///   the calling task is cancelled while it waits, at once (SPEC S12). A fresh token is returned without a look at
  ///   either (SPEC S13).
  func token(for request: TokenRequest, within limit: Duration?) async throws -> AccessToken

  /// A token for `scope`; see ``token(for:within:)-(TokenRequest,_)``.
  ///
  /// - Throws: ``ServiceTokenError``; `CancellationError`.
  func token(for scope: Scope, within limit: Duration?) async throws -> AccessToken

  /// A token for a scope in text; see ``token(for:within:)-(TokenRequest,_)``.
  ///
  /// - Throws: ``ServiceTokenError``, ``ServiceTokenError/Code/invalidArgument`` for a text that is no scope (SPEC S1);
  ///   `CancellationError`.
  func token(for scope: String, within limit: Duration?) async throws -> AccessToken

  /// A token from an endpoint kind of your own whose answers are cached.
  ///
  /// - Throws: as ``token(for:within:)-(TokenRequest,_)`` does.
  func token<Kind: CachedEndpointKind>(
    from kind: Kind, for input: Kind.Input, within limit: Duration?
  ) async throws -> AccessToken

  /// Calls an endpoint; nothing is cached or shared.
  ///
  /// - Parameters:
  ///   - kind: the endpoint.
  ///   - input: what it is asked.
  ///   - limit: how long the whole may take, the service token that it needs included; nil for as long as the kind's
  ///     retry policy lets it.
  /// - Throws: ``ServiceTokenError``, ``ServiceTokenError/Code/deadlineExceeded`` after `limit`; `CancellationError` where
  ///   the calling task is cancelled.
  func call<Kind: EndpointKind>(
    _ kind: Kind, _ input: Kind.Input, within limit: Duration?
  ) async throws -> Kind.Output

  /// A delegated download token; signed anew by every call (SPEC D6).
  ///
  /// - Throws: as ``call(_:_:within:)`` does; the errors of the service token that it needs pass through as they are
  ///   (SPEC D2).
  func downloadToken(for request: DownloadRequest, within limit: Duration?) async throws -> DownloadToken

  /// Hands a token to `body` and, where that says that the server refused it, drops exactly that token and does `body`
  /// once more with a fresh one: a 401 storm of a thousand callers causes one fetch.
  ///
  /// It is done once more only where the token had been cached before, and had not been fetched by a recovery within the
  /// last 30 s (SPEC D7). Where fetching a token fails, `body` is not called.
  ///
  /// ```
  /// let answer = try await tokens.withToken(for: request) { token in
  ///   let answer = try await api.get("/jobs", authorization: token.exposeAuthorization())
  ///   return answer.status == 401 ? .refused(answer) : .accepted(answer)
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - request: what the token is for.
  ///   - limit: how long after the call a token is still waited for; nil for as long as its fetch takes.
  ///   - body: uses the token.
  /// - Returns: what `body` made of it last, refused or not.
  /// - Throws: as ``token(for:within:)-(TokenRequest,_)`` does; what `body` throws.
  func withToken<Result>(
    for request: TokenRequest, within limit: Duration?, _ body: (AccessToken) async throws -> TokenUse<Result>
  ) async throws -> Result

  /// Drops exactly this token from the cache, because a server refused it. A newer one stays.
  func invalidate(_ token: AccessToken)
}

extension ServiceTokenProvider {
  /// What a provider does that does not know whether its tokens were cached: one recovery, after any refusal. It has no
  /// clock either, so the second token may take `limit` again.
  public func withToken<Result>(
    for request: TokenRequest, within limit: Duration?, _ body: (AccessToken) async throws -> TokenUse<Result>
  ) async throws -> Result {
    let first = try await token(for: request, within: limit)
    switch try await body(first) {
    case .accepted(let result): return result
    case .refused:
      invalidate(first)
      switch try await body(try await token(for: request, within: limit)) {
      case .accepted(let result), .refused(let result): return result
      }
    }
  }
}

// MARK: - By scope

// A provider that is asked again and again does these itself, without making a `TokenRequest` each time.
extension ServiceTokenProvider {
  /// The cached token for `scope`, or nil where none is fresh.
  public func cachedToken(for scope: Scope) -> AccessToken? {
    cachedToken(for: TokenRequest(scope: scope))
  }

  /// The cached token for a scope in text, or nil where none is fresh or the text is no scope.
  public func cachedToken(for scope: String) -> AccessToken? {
    (try? Scope(scope)).flatMap { cachedToken(for: $0) }
  }

  /// A token for `scope`; see ``token(for:within:)-(TokenRequest,_)``.
  ///
  /// - Throws: ``ServiceTokenError``; `CancellationError`.
  public func token(for scope: Scope, within limit: Duration?) async throws -> AccessToken {
    try await token(for: TokenRequest(scope: scope), within: limit)
  }

  /// A token for a scope in text; see ``token(for:within:)-(TokenRequest,_)``.
  ///
  /// - Throws: ``ServiceTokenError``, ``ServiceTokenError/Code/invalidArgument`` for a text that is no scope (SPEC S1);
  ///   `CancellationError`.
  public func token(for scope: String, within limit: Duration?) async throws -> AccessToken {
    try await token(for: Scope(scope), within: limit)
  }
}

// MARK: - Without a limit

// Inlinable, so that where the provider's type is known a read costs what it does with a limit.
extension ServiceTokenProvider {
  /// A token for `request`; see ``token(for:within:)-(TokenRequest,_)``.
  ///
  /// - Throws: ``ServiceTokenError``; `CancellationError`.
  @inlinable
  public func token(for request: TokenRequest) async throws -> AccessToken {
    try await token(for: request, within: nil)
  }

  /// A token for `scope`; see ``token(for:within:)-(TokenRequest,_)``.
  ///
  /// - Throws: ``ServiceTokenError``; `CancellationError`.
  @inlinable
  public func token(for scope: Scope) async throws -> AccessToken {
    try await token(for: scope, within: nil)
  }

  /// A token for a scope in text; see ``token(for:within:)-(TokenRequest,_)``.
  ///
  /// - Throws: ``ServiceTokenError``, ``ServiceTokenError/Code/invalidArgument`` for a text that is no scope (SPEC S1);
  ///   `CancellationError`.
  @inlinable
  public func token(for scope: String) async throws -> AccessToken {
    try await token(for: scope, within: nil)
  }

  /// A token from an endpoint kind of your own; see ``token(from:for:within:)``.
  ///
  /// - Throws: ``ServiceTokenError``; `CancellationError`.
  public func token<Kind: CachedEndpointKind>(from kind: Kind, for input: Kind.Input) async throws -> AccessToken {
    try await token(from: kind, for: input, within: nil)
  }

  /// Calls an endpoint; see ``call(_:_:within:)``.
  ///
  /// - Throws: ``ServiceTokenError``; `CancellationError`.
  public func call<Kind: EndpointKind>(_ kind: Kind, _ input: Kind.Input) async throws -> Kind.Output {
    try await call(kind, input, within: nil)
  }

  /// A delegated download token; see ``downloadToken(for:within:)``.
  ///
  /// - Throws: ``ServiceTokenError``; `CancellationError`.
  public func downloadToken(for request: DownloadRequest) async throws -> DownloadToken {
    try await downloadToken(for: request, within: nil)
  }

  /// Hands a token to `body`, and a fresh one where it is refused; see ``withToken(for:within:_:)-(TokenRequest,_,_)``.
  ///
  /// - Throws: ``ServiceTokenError``; `CancellationError`; what `body` throws.
  public func withToken<Result>(
    for scope: Scope, within limit: Duration? = nil, _ body: (AccessToken) async throws -> TokenUse<Result>
  ) async throws -> Result {
    try await withToken(for: TokenRequest(scope: scope), within: limit, body)
  }

  /// Hands a token for a scope in text to `body`, and a fresh one where it is refused; see
  /// ``withToken(for:within:_:)-(TokenRequest,_,_)``.
  ///
  /// - Throws: ``ServiceTokenError``, ``ServiceTokenError/Code/invalidArgument`` for a text that is no scope (SPEC S1);
  ///   `CancellationError`; what `body` throws.
  public func withToken<Result>(
    for scope: String, within limit: Duration? = nil, _ body: (AccessToken) async throws -> TokenUse<Result>
  ) async throws -> Result {
    try await withToken(for: Scope(scope), within: limit, body)
  }
}
