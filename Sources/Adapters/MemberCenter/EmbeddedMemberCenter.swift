public import ServiceTokenDomain
public import ServiceTokenPorts

/// A Member Center within the process: an authorization server behind ``/ServiceTokenPorts/Ports/HTTP``, for trying out
/// and for tests that are to fail where a client is wrong.
///
/// It checks what it is sent as a server does, with decoders of its own, so that a mistake in a client's encoders does
/// not cancel out: method, path, media types, client credentials, grant and scope (RFC 6749 §2.3.1, §3.3, §4.4), bearer
/// token (RFC 6750) and the body of SPEC D3. Where real servers are lenient it is strict. It issues random tokens,
/// remembers them, and can be told to fail:
///
/// ```
/// let memberCenter = EmbeddedMemberCenter(clock: clock)
/// memberCenter.failNext(2, with: .status(503))   // two of three attempts
/// memberCenter.revokeAll()                       // what a cached token is worth from now on: 401
/// ```
///
/// No socket is opened; a URL that is not below its issuer fails as a host that does not exist. It may be used from any
/// number of tasks and threads at once.
public final class EmbeddedMemberCenter: Ports.HTTP {
  /// What it was made with. A secret may have been rotated since.
  public let configuration: Configuration

  private let clock: any Ports.Clock
  private let ledger: Locked<Ledger>
  private let door = Door()

  /// Opens a Member Center.
  ///
  /// - Parameters:
  ///   - configuration: where it is, whom it knows, what it issues.
  ///   - clock: decides when tokens have expired, and when a request that is held runs out of time.
  public init(_ configuration: Configuration = Configuration(), clock: any Ports.Clock) {
    self.configuration = configuration
    self.clock = clock
    ledger = Locked(Ledger(clients: configuration.clients))
  }

  /// Answers `request` as a server does; see ``/ServiceTokenPorts/Ports/HTTP/send(_:timeout:)``. No time passes unless it
  /// is told to ``hold()``.
  ///
  /// - Throws: ``/ServiceTokenDomain/TransportFailure`` for a URL that is not below the issuer, as ``failNext(_:of:with:)``
  ///   said, or when a held request runs out of time; `CancellationError` when the task is cancelled, also before the
  ///   call, and then nothing is counted.
  public func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse {
    try Task.checkCancellation()
    guard request.url.hasPrefix("\(configuration.issuer)/") else {
      throw TransportFailure(.nameResolution, "the embedded Member Center answers for its own issuer only")
    }
    let desk = desk(for: request.url)
    let failure = desk.flatMap { desk in ledger.withLock { $0.received(desk.endpoint) } }
    try await door.pass(within: timeout, by: clock)

    let response: HTTPResponse
    switch failure {
    case .failure(let failure): throw failure
    case .answer(let scripted): response = scripted
    case nil: response = answer(request, at: desk)
    }
    return response.cut(to: request.limits)
  }

  private func desk(for url: String) -> (any Desk)? {
    let desks: [any Desk] = [TokenDesk(configuration), DownloadDesk(configuration)]
    return desks.first { url == configuration.issuer + $0.path }
  }

  private func answer(_ request: HTTPRequest, at desk: (any Desk)?) -> HTTPResponse {
    guard let desk else { return Answer.json(404, ["error": .text("not_found")]) }
    let now = clock.now()
    return ledger.withLock { ledger in
      do throws(Refusal) {
        try Intake.check(request, takes: desk.mediaType)
        return try desk.answer(request, &ledger, at: now)
      } catch {
        return error.response
      }
    }
  }
}

// MARK: - What it saw

extension EmbeddedMemberCenter {
  /// How many requests came to `endpoint`, those included that failed because they were to.
  public func requestCount(of endpoint: EndpointName) -> Int {
    ledger.withLock { $0.requestCounts[endpoint, default: 0] }
  }

  /// How many tokens `endpoint` has issued.
  public func issuedCount(of endpoint: EndpointName) -> Int {
    ledger.withLock { $0.issuedCounts[endpoint, default: 0] }
  }
}

// MARK: - What it can be told

extension EmbeddedMemberCenter {
  /// Lets the next requests fail, unlooked at. Told several times, the failures come one after another.
  ///
  /// - Parameters:
  ///   - count: how many requests.
  ///   - endpoint: those of this endpoint only; nil for whichever comes.
  ///   - failure: what becomes of them.
  public func failNext(_ count: Int = 1, of endpoint: EndpointName? = nil, with failure: Failure) {
    ledger.withLock { $0.failures += Array(repeating: (endpoint, failure), count: count) }
  }

  /// Forgets every service token, as after an incident: whoever shows one gets a 401.
  public func revokeAll() {
    ledger.withLock { $0.tokens = [:] }
  }

  /// Gives a client another secret. Tokens that were issued stay valid.
  ///
  /// - Parameters:
  ///   - clientID: whose secret it is.
  ///   - secret: the one that is taken from now on.
  ///   - acceptingOld: whether the one before is taken too, until the next rotation, which may be one to the same secret.
  /// - Precondition: `clientID` is one of the configuration's.
  public func rotateSecret(of clientID: String, to secret: Secret, acceptingOld: Bool = false) {
    ledger.withLock { ledger in
      precondition(ledger.clients[clientID] != nil, "no such client")
      ledger.oldSecrets[clientID] = acceptingOld ? ledger.clients[clientID]?.secret : nil
      ledger.clients[clientID]?.secret = secret
    }
  }

  /// Holds every request from now on: none is answered before ``release()``, or before its time runs out by the clock.
  public func hold() { door.shut() }

  /// Answers the requests that are held, and holds no further ones.
  public func release() { door.open() }

  /// Waits until `count` requests are held at once; returns early when the task is cancelled.
  public func held(_ count: Int) async { await door.held(count) }
}

extension EmbeddedMemberCenter: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Where it is; no client, no token.
  public var description: String { "embedded Member Center at \(configuration.issuer)" }
  /// The same as ``description``.
  public var debugDescription: String { description }
  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .class) }
}
