import ServiceTokenDomain

/// What the server remembers from one request to the next.
struct Ledger: Sendable {
  /// What a service token is good for.
  struct Token: Sendable {
    let scopes: Set<String>
    let expiry: Reading
  }

  var clients: [String: EmbeddedMemberCenter.Client]
  /// Secrets from before a rotation that are still taken, by client id.
  var oldSecrets: [String: Secret] = [:]
  var tokens: [String: Token] = [:]
  var failures: [(endpoint: EndpointName?, failure: EmbeddedMemberCenter.Failure)] = []
  var requestCounts: [EndpointName: Int] = [:]
  var issuedCounts: [EndpointName: Int] = [:]

  init(clients: [EmbeddedMemberCenter.Client]) {
    self.clients = Dictionary(clients.map { ($0.id, $0) }) { _, last in last }
  }

  /// The client of that id, if the secret is one of its.
  func client(_ id: String, provedBy secret: Secret) -> EmbeddedMemberCenter.Client? {
    clients[id].flatMap { $0.secret == secret || oldSecrets[id] == secret ? $0 : nil }
  }

  /// Counts a request, and says how it is to fail, if it is.
  mutating func received(_ endpoint: EndpointName) -> EmbeddedMemberCenter.Failure? {
    requestCounts[endpoint, default: 0] += 1
    guard let next = failures.firstIndex(where: { $0.endpoint == nil || $0.endpoint == endpoint }) else { return nil }
    return failures.remove(at: next).failure
  }

  /// Remembers a service token, and forgets those that nobody can use any more.
  mutating func issue(_ value: String, scopes: Set<String>, life: Duration, at now: Reading) {
    tokens = tokens.filter { now.isBefore($0.value.expiry) }
    tokens[value] = Token(scopes: scopes, expiry: now.advanced(by: life))
    issuedCounts[.serviceToken, default: 0] += 1
  }
}
