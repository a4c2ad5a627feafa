/// Something that happened in a client's cache, for counting: feed it to any metrics system.
///
/// Hits are not among them, because a hit is to cost nothing; ``ClientSnapshot/hits`` counts them. What an operator should
/// read is a ``LogEvent``. An event holds no token and no secret.
///
/// ```
/// configuration.observer = { event in
///   counters["\(event.endpoint).\(event.kind)", default: 0] += 1
///   if let duration = event.duration { histogram.record(duration) }
/// }
/// ```
public struct ClientEvent: Sendable, Hashable {
  /// What happened: an open set, so take those that you know.
  public struct Kind: Sendable, Hashable, CustomStringConvertible {
    /// The name, in lower case with underscores.
    public let name: String
    private init(_ name: String) { self.name = name }
    /// The name.
    public var description: String { name }

    /// Nothing fresh was cached for a caller; it waits.
    public static let miss = Kind("miss")
    /// A caller who waited has its answer; the duration is its wait.
    public static let waited = Kind("waited")
    /// A caller stopped waiting because the time that it had given itself was over; the duration is its wait.
    public static let gaveUp = Kind("gave_up")
    /// A fetch for callers who wait brought a token; the duration is the fetch's, attempts and waits between them
    /// included.
    public static let fetched = Kind("fetched")
    /// Such a fetch failed.
    public static let fetchFailed = Kind("fetch_failed")
    /// A refresh ahead of expiry brought a token.
    public static let refreshed = Kind("refreshed")
    /// A refresh failed; nobody noticed.
    public static let refreshFailed = Kind("refresh_failed")
    /// A caller was refused at once because the endpoint's gate is closed.
    public static let refusedByGate = Kind("refused_by_gate")
    /// The endpoint's gate closed: `Retry-After`, or an outage.
    public static let gateClosed = Kind("gate_closed")
    /// The endpoint's gate opened again.
    public static let gateOpened = Kind("gate_opened")
    /// A token was dropped because a server refused it, or because somebody said so.
    public static let invalidated = Kind("invalidated")
    /// A scope was forgotten to make room for another.
    public static let evicted = Kind("evicted")
  }

  /// What happened.
  public let kind: Kind
  /// The endpoint kind.
  public let endpoint: EndpointName
  /// What token it was about; nil for a gate.
  public let request: TokenRequest?
  /// How long it took, where it is something that takes time.
  public let duration: Duration?
  /// The code of the error, where it is a failure.
  public let code: ServiceTokenError.Code?

  /// Makes an event.
  public init(
    _ kind: Kind, endpoint: EndpointName, request: TokenRequest? = nil, duration: Duration? = nil,
    code: ServiceTokenError.Code? = nil
  ) {
    self.kind = kind
    self.endpoint = endpoint
    self.request = request
    self.duration = duration
    self.code = code
  }
}
