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
  let inFlight = InFlight()
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
    self.cache = TokenCache(
      clock: clock,
      settings: TokenCache.Settings(
        policy: configuration.cachePolicy, outageGate: configuration.outageGate,
        maximumScopes: configuration.maximumScopes, randomNumber: configuration.randomNumber,
        observer: configuration.observer, waiterJoined: waiterJoined),
      inFlight: inFlight)
  }
}

extension ServiceTokenClient: CustomStringConvertible, CustomReflectable {
  /// Whose client it is, and of which server.
  public var description: String { "client \(configuration.clientID) of \(configuration.issuer)" }
  /// A mirror without children: the parts are others' types and may hold secrets.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .class) }
}
