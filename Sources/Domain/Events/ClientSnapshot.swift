/// How a client is doing at one moment, for a health page or a debugger. It holds no token and no secret.
public struct ClientSnapshot: Sendable, Hashable {
  /// One cached scope, or one that somebody waits for.
  public struct Entry: Sendable, Hashable {
    /// What there is for the next reader.
    public enum State: String, Sendable, Hashable, CaseIterable {
      /// A fresh token.
      case fresh
      /// A fresh token that the next reader has refreshed.
      case refreshDue = "refresh_due"
      /// A token that has run out, or will within its skew: the next reader waits.
      case stale
      /// No token: the next reader waits.
      case absent
    }

    /// How the last fetch ended.
    public enum Outcome: Sendable, Hashable {
      /// With a token.
      case fetched
      /// With an error.
      // Apart, for a cache keeps one for each key, and most are well.
      indirect case failed(ServiceTokenError.Code)

      /// The code of the error, where it is one.
      public var failure: ServiceTokenError.Code? {
        if case .failed(let code) = self { code } else { nil }
      }
    }

    /// The endpoint kind that issues the token.
    public var endpoint: EndpointName
    /// What the token is asked for.
    public var request: TokenRequest
    /// What there is for the next reader.
    public var state: State
    /// Whether a fetch is in flight, a refresh included.
    public var isFetching: Bool
    /// How many callers wait for it.
    public var waiters: Int
    /// The time since the request was sent that brought the token; nil without one.
    public var age: Duration?
    /// The time until a reader starts a refresh, zero where it is due; nil without a token, or where none will be.
    public var timeToRefresh: Duration?
    /// The time until the token expires, without a skew, zero where it has; nil without a token.
    public var timeToExpiry: Duration?
    /// How the last fetch ended; nil before the first has.
    public var lastOutcome: Outcome?
    /// How many fetches in a row have failed.
    public var failuresInARow: Int

    /// Makes an entry.
    public init(
      endpoint: EndpointName, request: TokenRequest, state: State, isFetching: Bool = false, waiters: Int = 0,
      age: Duration? = nil, timeToRefresh: Duration? = nil, timeToExpiry: Duration? = nil, lastOutcome: Outcome? = nil,
      failuresInARow: Int = 0
    ) {
      self.endpoint = endpoint
      self.request = request
      self.state = state
      self.isFetching = isFetching
      self.waiters = waiters
      self.age = age
      self.timeToRefresh = timeToRefresh
      self.timeToExpiry = timeToExpiry
      self.lastOutcome = lastOutcome
      self.failuresInARow = failuresInARow
    }
  }

  /// The scopes, sorted by endpoint and scope.
  public var entries: [Entry]
  /// The endpoints whose gate is closed, each with the time until somebody may try again; zero where somebody may or does.
  public var closedGates: [EndpointName: Duration]
  /// How often a fresh token was read since the client was made.
  public var hits: UInt64
  /// How often a caller found none.
  public var misses: UInt64
  /// Whether the client was shut down.
  public var isShutDown: Bool

  /// Makes a snapshot.
  public init(
    entries: [Entry] = [], closedGates: [EndpointName: Duration] = [:], hits: UInt64 = 0, misses: UInt64 = 0,
    isShutDown: Bool = false
  ) {
    self.entries = entries
    self.closedGates = closedGates
    self.hits = hits
    self.misses = misses
    self.isShutDown = isShutDown
  }
}
