import ServiceTokenDomain
import ServiceTokenPorts

/// A server that does to its clients what servers, proxies and attackers do, on a real socket of a loopback address.
///
/// One server plays all ``groups`` of acts. The first segment of a path names the act, so a base URL alone chooses it:
/// ```
/// let server = try HostileServer()
/// let client = … issuer: server.url(of: "close-in-body") …
/// ```
/// `{url}/{act}` plays the act at whatever endpoint it is about; `{url}/{act}/at-download` gives service tokens as a
/// healthy server does and plays the act at the download endpoint alone. A few acts need a port of their own: take every
/// URL from ``url(of:)-(String)``. To reach the server by TLS, put something in front of ``port`` that passes bytes through.
///
/// It bounds what it holds: requests up to 16 MiB long, of each act the latest 100. It stops when it is released.
public final class HostileServer: Sendable {
  /// The acts that it plays.
  public let acts: [Act]
  /// The token that it gives where it gives one.
  public let token: String
  let stage: LoopbackServer
  private let target: LoopbackServer
  private let nobody: DeafPort
  /// The servers of acts that need a port of their own, by the act's name.
  private let ports: [String: LoopbackServer]
  private let ledger: Locked<[String: Facts]>

  /// Starts a server.
  ///
  /// - Parameters:
  ///   - acts: what it plays; no two of one name.
  ///   - token: the token that it gives: characters that JSON takes as they are.
  ///   - pace: the pause before each byte of what trickles.
  ///   - elsewhere: the base URL to which redirects and offers point, without a slash at its end; by default that of the
  ///     second server, whose visitors ``elsewhere`` shows.
  /// - Throws: ``LoopbackServer/Failure`` when no port can be had.
  public init(
    acts: [Act] = HostileServer.acts, token: String = "token-of-a-hostile-server", pace: Duration = .seconds(1),
    elsewhere: String? = nil
  ) throws {
    self.acts = acts
    self.token = token
    let byName = Dictionary(acts.map { ($0.name, $0) }) { _, act in preconditionFailure("two acts \(act.name)") }
    let ledger = Locked([String: Facts]())
    self.ledger = ledger
    target = try LoopbackServer(remembering: Self.memory) { _ in
      // Whoever comes gets what it would like to have, so that a visit has consequences.
      .ok(json: #"{"access_token":"elsewhere","token":"elsewhere","token_type":"Bearer","expires_in":3600}"#)
    }
    nobody = try DeafPort()
    var ports: [String: LoopbackServer] = [:]
    for act in acts {
      if case .greeting(let reply) = act.scene {
        ports[act.name] = try LoopbackServer(greeting: reply, remembering: Self.memory) { _ in .never }
      }
    }
    self.ports = ports
    let elsewhereURL = elsewhere ?? target.url
    stage = try LoopbackServer(remembering: Self.memory) { request in
      let segments = request.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
      guard let act = segments.first.flatMap({ byName[String($0)] }) else { return .answer(404) }
      ledger.withLock { $0[act.name, default: Facts()].note(request, keeping: Self.memory) }
      let endpoint = request.path.endpoint
      let visit = Visit(request: request, endpoint: endpoint, token: token, elsewhere: elsewhereURL, pace: pace)
      if segments.dropFirst().first == "at-download", endpoint == .serviceToken {
        // The act is to begin on a connection of its own.
        return .answer(200, headers: [("Connection", "close")], body: Array(visit.body.utf8)).then(.close)
      }
      guard case .reply(let reply) = act.scene, endpoint.map(act.endpoints.contains) != false else {
        return .ok(json: visit.body)
      }
      return reply(visit)
    }
  }

  private static let memory = 100

  /// Where it is: `http://ADDRESS:PORT`, without a slash at the end.
  public var url: String { stage.url }
  /// The address of ``url``.
  public var host: String { stage.host }
  /// The port of ``url``.
  public var port: UInt16 { stage.port }

  /// The base URL that chooses `act`: what a client takes for its issuer.
  public func url(of act: Act) -> String {
    switch act.scene {
    case .deafPort: "\(nobody.url)/\(act.name)"
    case .greeting: "\(ports[act.name]?.url ?? url)/\(act.name)"
    case .reply: "\(url)/\(act.name)"
    }
  }

  /// The base URL that chooses the act with this name.
  ///
  /// - Precondition: it is one of ``acts-property``.
  public func url(of name: String) -> String {
    guard let act = acts.first(where: { $0.name == name }) else { preconditionFailure("no act \(name)") }
    return url(of: act)
  }

  /// The base URL at which the download endpoint plays `act`, and the token endpoint is healthy. An act at a port of its
  /// own cannot be played so.
  public func urlAtDownload(of act: Act) -> String { "\(url(of: act))/at-download" }

  /// What it saw of `act` up to now.
  public func facts(of act: Act) -> Facts {
    var facts = ledger.withLock { $0[act.name] } ?? Facts()
    if let port = ports[act.name] {
      facts.connections = Set(0..<port.facts.connections)
      facts.bytesSent = port.facts.bytesSent.values.reduce(0, +)
    } else {
      let sent = stage.facts.bytesSent
      facts.bytesSent = facts.connections.reduce(0) { $0 + sent[$1, default: 0] }
    }
    return facts
  }

  /// What reached the second server, to which redirects and offers point: nothing, from a client that follows none.
  public var elsewhere: LoopbackServer.Facts { target.facts }

  /// Waits until no connection to ``url`` is open.
  public func clientsGone() async { await stage.clientsGone() }

  /// Closes every connection and port, and returns when all threads have let go of them. Stopping twice does no harm.
  public func stop() {
    for server in [stage, target] + ports.values { server.stop() }
  }
}

extension HostileServer {
  /// What the server saw of one act.
  public struct Facts: Sendable {
    /// How many requests it read to their end.
    public internal(set) var requestCount = 0
    /// The latest of them, up to 100.
    public internal(set) var requests: [LoopbackServer.Request] = []
    /// The connections on which they came, by number; of an act that reads none, all that were taken.
    public internal(set) var connections: Set<Int> = []
    /// How many bytes clients' systems have taken on these connections.
    public internal(set) var bytesSent = 0
    /// What came that no client of ours sends: cookies, an upgrade, credentials for a proxy or of a scheme that is
    /// neither Basic nor Bearer.
    public internal(set) var cameBack: Set<String> = []

    mutating func note(_ request: LoopbackServer.Request, keeping memory: Int) {
      requestCount += 1
      requests.append(request)
      if requests.count > memory { requests.removeFirst() }
      connections.insert(request.connection)
      for name in ["Cookie", "Proxy-Authorization", "Upgrade", "HTTP2-Settings"] where request.headers[name] != nil {
        cameBack.insert(name)
      }
      for value in request.headers.values(of: "Authorization") {
        let scheme = String(value.prefix { $0 != " " })
        if !["basic", "bearer"].contains(scheme.lowercased()) { cameBack.insert("Authorization: \(scheme)") }
      }
    }
  }
}

extension String {
  /// The endpoint whose path it ends with.
  fileprivate var endpoint: EndpointName? {
    if hasSuffix("/oauth/token") { return .serviceToken }
    return hasSuffix("/file-access/download-tokens") ? .delegatedDownload : nil
  }
}
