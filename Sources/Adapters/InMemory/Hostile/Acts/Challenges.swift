extension HostileServer {
  static let challenges: [Act] = [
    challenge("challenge-basic", "Basic", "Basic realm=\"x\""),
    challenge("challenge-digest", "Digest", "Digest realm=\"x\", nonce=\"1\", algorithm=MD5, qop=\"auth\""),
    challenge("challenge-negotiate", "Negotiate", "Negotiate"),
    challenge("challenge-bearer", "Bearer", "Bearer realm=\"x\", error=\"invalid_token\""),
    Act("proxy-challenge", "Asks (407) for credentials for a proxy that there is not.") { _ in
      .answer(407, headers: [("Proxy-Authenticate", "Basic realm=\"x\"")])
    },
    Act("cookies", "Sets cookies with each of its 503.") { visit in
      .answer(503, headers: [("Set-Cookie", "session=\(visit.token); Path=/"), ("Set-Cookie2", "session=1")])
    },
  ]

  private static func challenge(_ name: String, _ scheme: String, _ value: String) -> Act {
    Act(name, "Refuses (401) and asks for credentials by \(scheme).") { _ in
      .answer(401, headers: [("WWW-Authenticate", value)], body: Array(#"{"error":"invalid_client"}"#.utf8))
    }
  }
}
