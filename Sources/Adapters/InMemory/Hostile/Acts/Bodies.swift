import ServiceTokenDomain

extension HostileServer {
  static let bodies: [Act] = [
    body("login-page", "Sends a page for people.") { _ in "<!doctype html><title>Sign in</title>" },
    body("empty", "Sends a 200 without a body.") { _ in "" },
    Act("no-content", "Sends a 204.") { _ in .raw("HTTP/1.1 204 No Content\r\n\r\n") },
    body("text", "Sends what is no JSON, the secrets of the request with it.") { "token: \($0.token) \($0.secrets)" },
    body("list", "Sends a list where an object belongs.") { "[\($0.body)]" },
    body("torn-json", "Sends JSON that stops in the middle, in a body that is whole.") { "\($0.body.dropLast(2))" },
    body("two-objects", "Sends two objects in one body.") { "\($0.body)\($0.body)" },
    body("nested", "Sends JSON that is nested 100,000 deep.") { _ in
      String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
    },
    Act("invalid-utf8", "Sends bytes in its JSON that are no UTF-8.") { visit in
      .answer(
        200, body: Array(visit.body.utf8.dropLast()) + Array(",\"a\":\"".utf8) + [0xC3, 0x28] + Array("\"}".utf8))
    },
    body("long", "Sends a token in 8 MiB of JSON.") {
      String(repeating: " ", count: 8 * 1024 * 1024) + $0.body
    },
    body("twice", "Sends the token twice, the first a forged one.") { visit in
      let name = visit.endpoint == .delegatedDownload ? "token" : "access_token"
      return "{\"\(name)\":\"\(visit.forgedToken)\",\(visit.body.dropFirst())"
    },
    body("odd-extras", "Sends a token among fields of odd types.") {
      "\($0.body.dropLast()),\"scope\":7,\"refresh_token\":[{}],\"\":null}"
    },
    Act("odd-type", "Sends a token whose type is not Bearer.", at: [.serviceToken]) { visit in
      .ok(json: #"{"access_token":"\#(visit.token)","token_type":"mac","expires_in":3600}"#)
    },
  ]

  private static func body(_ name: String, _ summary: String, _ body: @escaping @Sendable (Visit) -> String) -> Act {
    Act(name, summary) { .ok(json: body($0)) }
  }
}
