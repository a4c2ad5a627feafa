public import ServiceTokenDomain

/// The way to one scope's tokens, without looking the scope up: for code that needs one with each of its requests.
///
/// ```
/// let jobs = client.tokens(for: try Scope("converter:job.write"))
/// // with each request:
/// let token = try await jobs.token()
/// ```
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

  init(_ client: ServiceTokenClient, _ request: TokenRequest) {
    self.client = client
    self.request = request
    cache = client.cache
    (slot, copies) = cache.hold(client.key(request))
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
    return try await client.newToken(for: request, within: limit)
  }

  @inline(never)
  private func refresh() {
    cache.refreshAhead(slot, client.fetch(client.configuration.serviceTokenEndpoint, request))
  }
}

extension TokenHandle: CustomStringConvertible, CustomReflectable {
  /// What its tokens are for.
  public var description: String { "tokens for \(request.scope)" }
  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .class) }
}
