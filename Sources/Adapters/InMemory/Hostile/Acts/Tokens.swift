extension HostileServer {
  static let tokens: [Act] = [
    token("empty", "Sends an empty token.") { _ in "\"\"" },
    token("missing", "Sends no token.") { _ in nil },
    token("null", "Sends null for a token.") { _ in "null" },
    token("number", "Sends a number for a token.") { _ in "12345" },
    token("line-break", "Sends a token that would forge a header field.") { #""\#($0.token)\r\nX-Forged: 1""# },
    token("not-ascii", "Sends a token that is not ASCII.") { "\"\($0.token)é\"" },
    token("nul", "Sends a token with a NUL in it.") { #""\#($0.token)\u0000""# },
    token("long", "Sends a token of 900 KB.") { "\"\($0.token)\(String(repeating: "a", count: 900_000))\"" },
  ]

  private static func token(_ name: String, _ summary: String, _ token: @escaping @Sendable (Visit) -> String?) -> Act {
    Act("token-\(name)", summary) { .ok(json: $0.body(token: .some(token($0)))) }
  }
}
