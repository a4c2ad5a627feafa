import ServiceTokenDomain

extension HostileServer {
  static let statuses: [Act] = [
    Act("healthy", "Gives a token.") { .ok(json: $0.body) },
    Act("created", "Gives a token with the status 201.") { .answer(201, body: Array($0.body.utf8)) },
    Act("invalid-scope", "Refuses (400) with the code invalid_scope.") { _ in
      .answer(400, body: Array(#"{"error":"invalid_scope"}"#.utf8))
    },
    Act("invalid-client", "Refuses (400) with the code invalid_client.") { _ in
      .answer(400, body: Array(#"{"error":"invalid_client"}"#.utf8))
    },
    Act("echo", "Refuses (400) with the secrets of the request as code and description.") { visit in
      let body: Wire.JSON = ["error": .string(visit.secrets), "error_description": .string(visit.secrets)]
      return .answer(400, body: body.serialized())
    },
    Act("forbidden", "Refuses (403) with a page for people.") { _ in .answer(403, body: Array("<html>No.</html>".utf8))
    },
    Act("not-found", "Knows nothing of the path (404).") { _ in .answer(404, body: Array("<html>What?</html>".utf8)) },
    Act("failing", "Fails (500).") { _ in .answer(500, body: Array("oops".utf8)) },
    Act("bad-gateway", "Fails (502) with a page for people.") { _ in .answer(502, body: Array("<html>Busy</html>".utf8))
    },
    Act("status-999", "Answers with the status 999.") { _ in .answer(999) },
  ]

  static let later: [Act] = [408, 429, 503].flatMap { status in
    [
      retry("\(status)", "Says \(status), and not for how long.", status, []),
      retry("\(status)-short", "Says \(status), and asks for 3 seconds.", status, [("Retry-After", "3")]),
      retry("\(status)-long", "Says \(status), and asks for an hour.", status, [("Retry-After", "3600")]),
      retry(
        "\(status)-date", "Says \(status), and asks for a date 4 seconds after its own.", status,
        [("Date", "Tue, 24 Nov 2026 00:00:00 GMT"), ("Retry-After", "Tue, 24 Nov 2026 00:00:04 GMT")]),
      retry("\(status)-garbage", "Says \(status), and asks for what is no time.", status, [("Retry-After", "soon")]),
    ]
  }

  private static func retry(_ name: String, _ summary: String, _ status: Int, _ headers: [(String, String)]) -> Act {
    Act("later-\(name)", summary) { [headers = headers.map { ($0.0, $0.1) }] _ in .answer(status, headers: headers) }
  }
}
