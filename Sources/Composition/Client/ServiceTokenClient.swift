public import ServiceTokenDomain
public import ServiceTokenPorts

/// The client: service tokens, cached and fetched once for all who wait, and calls of any endpoint kind.
///
/// It feeds facts to the two machines of the domain and carries out what they say; no rule about expiry, status or
/// attempts is in here. Make one per process and pass it around. All its functions may be called from any number of
/// tasks and threads. Making one touches no network (SPEC C3).
///
/// ```
/// let client = ServiceTokenClient(
///   configuration: try .init(issuer: "https://member-center.example", clientID: "visionA"),
///   http: transport, secrets: secrets, clock: clock, logger: logger)
/// let token = try await client.token(for: "converter:job.write converter:job.read")
/// ```
public final class ServiceTokenClient: ServiceTokenProvider {
  /// What the client was made with.
  public let configuration: Configuration

  let http: any Ports.HTTP
  let secrets: any Ports.SecretSource
  let clock: any Ports.Clock
  let logger: any Ports.Logger
  let cache: TokenCache
  let hasWarnedOfAmbiguity = Locked(false)

  /// Makes a client.
  ///
  /// - Parameters:
  ///   - configuration: whom it talks to, and as whom.
  ///   - http: the transport.
  ///   - secrets: where the client secret comes from; asked anew for every fetch.
  ///   - clock: tells the time and waits.
  ///   - logger: takes the events.
  public convenience init(
    configuration: Configuration, http: any Ports.HTTP, secrets: any Ports.SecretSource, clock: any Ports.Clock,
    logger: any Ports.Logger
  ) {
    self.init(
      configuration: configuration, http: http, secrets: secrets, clock: clock, logger: logger, waiterJoined: nil)
  }

  /// Makes a client that tells a test whenever somebody begins to wait: for which request, and how many do now.
  package init(
    configuration: Configuration, http: any Ports.HTTP, secrets: any Ports.SecretSource, clock: any Ports.Clock,
    logger: any Ports.Logger, waiterJoined: (@Sendable (TokenRequest, Int) -> Void)?
  ) {
    self.configuration = configuration
    self.http = http
    self.secrets = secrets
    self.clock = clock
    self.logger = logger
    self.cache = TokenCache(clock: clock, policy: configuration.cachePolicy, waiterJoined: waiterJoined)
  }

  /// The cached token for `request`, or nil where none is fresh. It waits for nothing; the first reader in the token's
  /// refresh window starts a refresh in the background.
  public func cachedToken(for request: TokenRequest) -> AccessToken? {
    read(from: configuration.serviceTokenEndpoint, for: request)
  }

  /// A token for `request`: the cached one while it is fresh, else the one that a fetch brings, shared by all who wait
  /// for the same (SPEC S6, S10).
  ///
  /// - Throws: ``/ServiceTokenDomain/ServiceTokenError``; `CancellationError` where the calling task is cancelled while it
  ///   waits, at once (SPEC S12). A fresh token is returned without a look at cancellation (SPEC S13).
  public func token(for request: TokenRequest) async throws -> AccessToken {
    try await token(from: configuration.serviceTokenEndpoint, for: request)
  }

  /// A token from an endpoint kind of your own whose answers are cached.
  ///
  /// - Throws: as ``token(for:)`` does.
  public func token<Kind: CachedEndpointKind>(from kind: Kind, for input: Kind.Input) async throws -> AccessToken {
    try await lease(from: kind, for: input).token
  }

  /// Calls an endpoint; nothing is cached or shared.
  ///
  /// - Throws: ``/ServiceTokenDomain/ServiceTokenError``; `CancellationError` where the calling task is cancelled.
  public func call<Kind: EndpointKind>(_ kind: Kind, _ input: Kind.Input) async throws -> Kind.Output {
    try kind.validate(input)
    return try await carryOut(kind, input)
  }

  /// A delegated download token; signed anew by every call (SPEC D6).
  ///
  /// - Throws: as ``call(_:_:)`` does; the errors of the service token that it needs pass through as they are (SPEC D2).
  public func downloadToken(for request: DownloadRequest) async throws -> DownloadToken {
    try await call(configuration.delegatedDownloadEndpoint, request)
  }

  /// Drops exactly this token from the cache, because a server refused it. A newer one stays.
  public func invalidate(_ token: AccessToken) {
    cache.invalidate(token)
  }

  /// A token, and whether it was cached before it was wanted.
  func lease<Kind: CachedEndpointKind>(from kind: Kind, for input: Kind.Input) async throws -> TokenCache.Lease {
    try kind.validate(input)
    if let token = read(from: kind, for: input) { return TokenCache.Lease(token: token, isFromCache: true) }
    return try await cache.lease(key(of: kind, input), fetch: fetch(kind, input))
  }

  private func read<Kind: CachedEndpointKind>(from kind: Kind, for input: Kind.Input) -> AccessToken? {
    let key = key(of: kind, input)
    guard let found = cache.read(key) else { return nil }
    if found.isRefreshDue { cache.refreshAhead(key, fetch: fetch(kind, input)) }
    return found.token
  }

  private func key<Kind: CachedEndpointKind>(of kind: Kind, _ input: Kind.Input) -> TokenKey {
    TokenKey(endpoint: kind.name, request: kind.tokenRequest(for: input))
  }

  /// A fetch, whose token says by what it is found again, whatever the kind wrote into it.
  private func fetch<Kind: CachedEndpointKind>(_ kind: Kind, _ input: Kind.Input) -> TokenCache.Fetch {
    {
      try await self.carryOut(kind, input)
        .filed(under: kind.name, request: kind.tokenRequest(for: input))
    }
  }
}

extension ServiceTokenClient: CustomStringConvertible, CustomReflectable {
  /// Whose client it is, and of which server.
  public var description: String { "client \(configuration.clientID) of \(configuration.issuer)" }
  /// A mirror without children: the parts are others' types and may hold secrets.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .class) }
}
