/// What came of looking up a name.
enum Resolution: Sendable, Equatable {
  case addresses([String])
  /// Why there are none, in the system's words.
  case failed(String)

  func finding(of route: Route) -> Finding {
    switch self {
    case .addresses(let addresses) where !addresses.isEmpty:
      let known = addresses == [route.next.host] ? "an address itself" : addresses.joined(separator: ", ")
      return .ok(.name, "resolved", "\(route.shownHost) is \(known)")
    case .addresses:
      return Self.failure(of: route, "no address")
    case .failed(let reason):
      return Self.failure(of: route, reason)
    }
  }

  private static func failure(of route: Route, _ reason: String) -> Finding {
    .failure(
      .name, "not_resolved", .unavailable, "\(route.shownHost): \(reason)",
      "Is the host in \(route.setting) spelled right, and does this machine's DNS know it (/etc/resolv.conf, in a "
        + "cluster also the namespace)?")
  }
}

/// What came of one attempt to connect.
struct ConnectionAttempt: Sendable, Equatable {
  enum Outcome: Sendable, Equatable {
    case connected(after: Duration)
    case refused
    case timedOut
    /// Anything else, in the system's words.
    case failed(String)
  }

  let address: String
  var outcome: Outcome

  static func finding(_ attempts: [ConnectionAttempt], of route: Route) -> Finding {
    let saw =
      attempts.map { "\($0.address): \($0.outcome.words)" }.joined(separator: "; ")
      + ", port \(route.next.port)\(route.proxy == nil ? "" : " of \(route.who)")"
    let failed = attempts.filter { !$0.outcome.isConnected }
    guard failed.count < attempts.count else {
      return .failure(.connection, "not_connected", .unavailable, saw, advice(failed, route))
    }
    guard failed.isEmpty else {
      return .warning(
        .connection, "connected_in_part", saw,
        "An address that does not answer costs time before the next one is tried; take it out of the DNS, or make it "
          + "reachable from here.")
    }
    return .ok(.connection, "connected", saw)
  }

  private static func advice(_ failed: [ConnectionAttempt], _ route: Route) -> String {
    failed.contains { $0.outcome == .refused }
      ? "Nobody listens there: does \(route.who) run, and is the port in \(route.setting) right?"
      : "Nothing comes back: a firewall, or an address that cannot be reached from here."
  }
}

extension ConnectionAttempt.Outcome {
  fileprivate var isConnected: Bool {
    if case .connected = self { true } else { false }
  }

  fileprivate var words: String {
    switch self {
    case .connected(let time): "connected in \(time.wholeMilliseconds) ms"
    case .refused: "connection refused"
    case .timedOut: "no answer in 5 s"
    case .failed(let reason): reason
    }
  }
}

extension Route {
  fileprivate var shownHost: String {
    proxy.map { "\($0.address.host), the proxy of \($0.variable)," } ?? server.host
  }

  /// Where the host was configured.
  fileprivate var setting: String { proxy?.variable ?? Variable.issuer.rawValue }
}

extension Duration {
  /// In milliseconds, rounded up.
  var wholeMilliseconds: Int64 {
    components.seconds * 1000 + (components.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
  }
}
