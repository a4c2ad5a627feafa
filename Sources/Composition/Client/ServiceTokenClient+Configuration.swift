public import ServiceTokenDomain

extension ServiceTokenClient {
  /// What a client is, apart from the parts that it is put together from.
  public struct Configuration: Sendable {
    /// Member Center's base URL.
    public let issuer: BaseURL
    /// The client id.
    public let clientID: String
    /// How the client proves who it is (SPEC S3).
    public var clientAuthentication = ClientAuthentication.basicRaw
    /// When a cached token is fresh (SPEC S6, S7).
    public var cachePolicy = CachePolicy()
    /// Whether an outage closes the token endpoint as a `Retry-After` does: after a fetch that used up its attempts callers
    /// fail at once with its error and the time to the next try, while single attempts go out, 1 s apart, doubling to
    /// 30 s. The first success opens it. Off by default, because by SPEC S11 the next call tries again.
    public var outageGate = false
    /// How many scopes are remembered at most: beyond that the one that was used least recently goes, unless somebody
    /// waits for it or holds a ``TokenHandle`` of it.
    ///
    /// - Precondition: at least one.
    public var maximumScopes = 1024 {
      willSet { precondition(newValue >= 1, "a cache of no scope is none") }
    }
    /// Where jitter comes from: 64 random bits a call. A test gives its own.
    public var randomNumber: @Sendable () -> UInt64 = { .random(in: .min ... .max) }
    /// Is told what happens in the cache, for metrics. It is called by whoever caused the event, under no lock, and before
    /// those who waited for it get their answer; it should return quickly. Several threads may call it at once: a miss may
    /// be told after the end of the fetch that it began.
    public var observer: (@Sendable (ClientEvent) -> Void)?
    /// Whether the log shows object keys.
    public var userDataInLogs = UserDataInLogs.shown
    /// Where service tokens come from, and how their requests are retried.
    public var serviceTokenEndpoint = ServiceTokenEndpoint()
    /// Where delegated download tokens come from, and how their requests are retried.
    public var delegatedDownloadEndpoint = DelegatedDownloadEndpoint()

    /// Checks issuer and client id; touches no network (SPEC C1, C3, C4).
    ///
    /// - Parameters:
    ///   - issuer: Member Center's base URL: `https`, or `http` for loopback and the hosts in `allowingPlainHTTP`.
    ///     Trailing slashes are dropped.
    ///   - clientID: the client id.
    ///   - allowingPlainHTTP: hosts, without port, for which plain `http` is taken.
    /// - Throws: ``/ServiceTokenDomain/ServiceTokenError/Code/invalidConfiguration``, naming the setting.
    public init(issuer: String, clientID: String, allowingPlainHTTP: [String] = []) throws {
      try self.init(
        issuer: BaseURL(issuer, setting: "issuer", allowingPlainHTTP: allowingPlainHTTP), clientID: clientID)
    }

    /// Takes an issuer that was checked before.
    ///
    /// - Throws: ``/ServiceTokenDomain/ServiceTokenError/Code/invalidConfiguration`` for an empty client id.
    public init(issuer: BaseURL, clientID: String) throws {
      guard !clientID.isEmpty else { throw ServiceTokenError(.invalidConfiguration, "clientID is missing") }
      self.issuer = issuer
      self.clientID = clientID
    }
  }
}
