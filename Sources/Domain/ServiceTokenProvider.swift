/// What an application calls: it gives tokens.
///
/// Write your code against `some ServiceTokenProvider`, and it needs this module alone; `ServiceTokenClient` is the one
/// that fetches, a few lines of your own make a fake. All functions may be called from any number of tasks and threads.
public protocol ServiceTokenProvider: Sendable {
  /// The cached token for `request`, or nil where none is fresh. Never waits, never touches the network.
  func cachedToken(for request: TokenRequest) -> AccessToken?

  /// A token for `request`: the cached one while it is fresh, else the one that a fetch brings, shared by all who wait
  /// for the same (SPEC S6, S10).
  ///
  /// - Throws: ``ServiceTokenError``; `CancellationError` where the calling task is cancelled while it waits, at once
  ///   (SPEC S12). A fresh token is returned without a look at cancellation (SPEC S13).
  func token(for request: TokenRequest) async throws -> AccessToken

  /// A token from an endpoint kind of your own whose answers are cached.
  ///
  /// - Throws: as ``token(for:)`` does.
  func token<Kind: CachedEndpointKind>(from kind: Kind, for input: Kind.Input) async throws -> AccessToken

  /// Calls an endpoint; nothing is cached or shared.
  ///
  /// - Throws: ``ServiceTokenError``; `CancellationError` where the calling task is cancelled.
  func call<Kind: EndpointKind>(_ kind: Kind, _ input: Kind.Input) async throws -> Kind.Output

  /// A delegated download token; signed anew by every call (SPEC D6).
  ///
  /// - Throws: as ``call(_:_:)`` does; the errors of the service token that it needs pass through as they are (SPEC D2).
  func downloadToken(for request: DownloadRequest) async throws -> DownloadToken

  /// Drops exactly this token from the cache, because a server refused it. A newer one stays.
  func invalidate(_ token: AccessToken)
}

extension ServiceTokenProvider {
  /// The cached token for `scope`, or nil where none is fresh.
  public func cachedToken(for scope: Scope) -> AccessToken? {
    cachedToken(for: TokenRequest(scope: scope))
  }

  /// A token for `scope`; see ``token(for:)-(TokenRequest)``.
  ///
  /// - Throws: ``ServiceTokenError``; `CancellationError`.
  public func token(for scope: Scope) async throws -> AccessToken {
    try await token(for: TokenRequest(scope: scope))
  }

  /// A token for a scope in text; see ``token(for:)-(TokenRequest)``.
  ///
  /// - Throws: ``ServiceTokenError``, ``ServiceTokenError/Code/invalidArgument`` for a text that is no scope (SPEC S1);
  ///   `CancellationError`.
  public func token(for scope: String) async throws -> AccessToken {
    try await token(for: Scope(scope))
  }
}
