import ServiceTokens

/// What TLS showed of the server.
struct TLSFacts: Sendable {
  let host: String
  let look: Look
  /// The variables that say who is trusted, in words.
  let trust: String
  let now: Timestamp

  enum Look: Sendable {
    /// The issuer is plain http.
    case none
    /// The transport does not show it.
    case unseen
    /// Why the server was refused, and the certificates that it sent, its own first.
    case seen(TransportFailure?, [Certificate])
  }

  var finding: Finding {
    switch look {
    case .none:
      return .ok(.tls, "plain_http", "MC_ISSUER is plain http: nothing is encrypted")
    case .unseen:
      return .unseen(
        .tls, "unseen", "this transport does not show it", "See it with --transport curl, where that is built in.")
    case .seen(nil, let chain):
      let saw = described(chain)
      guard let days = soonest(chain)?.daysLeft(at: now) else { return .ok(.tls, "verified", saw) }
      guard days < Self.soon else { return .ok(.tls, "verified", saw) }
      return .warning(.tls, "expires_soon", saw, "Have it renewed in time, by whoever runs the server.")
    case .seen(let failure?, let chain):
      let advice = chain.isEmpty ? [Self.generalAdvice] : advice(chain)
      let saw = chain.isEmpty ? failure.description : "\(failure); \(described(chain))"
      return .failure(.tls, "refused", .unavailable, saw, advice.joined(separator: " "))
    }
  }

  /// Authorities that renew by themselves do so earlier.
  private static let soon: Int64 = 14

  private static let generalAdvice =
    "Is TLS spoken at the port in MC_ISSUER, or is that http://? MC_CA_FILE and MC_CA_DIR say who is trusted, "
    + "MC_CLIENT_CERT_FILE what is shown. Docs/Operations.md has a line for each failure."

  /// What is wrong with these certificates, as far as they show it.
  private func advice(_ chain: [Certificate]) -> [String] {
    var advice: [String] = []
    let today = now.inWholeSeconds
    if chain.contains(where: { ($0.notAfter ?? now) < now }) {
      advice.append("It has expired: have it renewed. If it has not, this machine's clock is wrong; it says \(today).")
    }
    if chain.contains(where: { now < ($0.notBefore ?? now) }) {
      advice.append("It is not valid yet: is this machine's clock right? It says \(today).")
    }
    if let first = chain.first, !first.isFor(host) {
      advice.append("It is not for \(host): is the host in MC_ISSUER right, and is it the server that answers there?")
    }
    if advice.isEmpty {
      advice.append(
        "Trusted is \(trust): set MC_CA_FILE to the certificate of the authority that signed it. If that is trusted, "
          + "the server does not send the certificates in between.")
    }
    return advice
  }

  private func soonest(_ chain: [Certificate]) -> Certificate? {
    chain.filter { $0.notAfter != nil }.min { ($0.notAfter ?? now) < ($1.notAfter ?? now) }
  }

  private func described(_ chain: [Certificate]) -> String {
    guard let first = chain.first else { return "verified; the certificates cannot be seen" }
    let names = first.names.isEmpty ? "no name" : first.names.map(\.quoted).joined(separator: ", ")
    let issuers = chain.map(\.issuer.quoted).joined(separator: ", then ")
    let life: String
    switch soonest(chain).flatMap({ certificate in certificate.daysLeft(at: now).map { ($0, certificate.notAfter) } }) {
    case (let days, let date?)? where days < 0: life = "expired on \(date.inWholeSeconds)"
    case (let days, let date?)?: life = "\(days) \(days == 1 ? "day" : "days") left (\(date.inWholeSeconds))"
    default: life = "no date that could be read"
    }
    return "certificate for \(names), from \(issuers), \(life)"
  }
}

extension String {
  /// The text within quotes, no character of which breaks a line, and not too much of it.
  var quoted: String { (count > 200 ? "\(prefix(200))…" : self).debugDescription }
}
