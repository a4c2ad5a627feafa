import ServiceTokenDomain

extension HostileServer {
  static let heads: [Act] = [
    Act("no-http", "Answers with a line that is no HTTP.") { visit in
      .raw("what a strange answer, \(visit.secrets)\r\n\r\n").then(.close)
    },
    Act("no-head", "Sends a token without a head, as HTTP/0.9 did.") { visit in .raw(visit.body).then(.close) },
    Act("http2-frames", "Answers in frames of HTTP/2: settings, then the end of the connection.") { _ in
      // RFC 9113 §6.5, §6.8: a frame is its length, its type, flags, a stream, and so many bytes.
      .raw([0, 0, 0, 4, 0, 0, 0, 0, 0] + [0, 0, 8, 7, 0, 0, 0, 0, 0] + [0, 0, 0, 0, 0, 0, 0, 1]).then(.close)
    },
    Act("tls-alert", "Answers with an alert of TLS, as a server does that expects TLS.") { _ in
      // RFC 8446 §6: an alert, two bytes long, fatal, a handshake that failed.
      .raw([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28]).then(.close)
    },
    Act("http-7", "Answers in version 7.3 of HTTP.") { visit in
      .raw("HTTP/7.3 200 OK\r\nContent-Length: \(visit.body.utf8.count)\r\n\r\n\(visit.body)")
    },
    Act("bare-line-feeds", "Ends the lines of its head with a line feed alone, which RFC 9112 §2.2 lets pass.") {
      visit in
      .raw("HTTP/1.1 200 OK\nContent-Length: \(visit.body.utf8.count)\n\n\(visit.body)")
    },
    odd("bare-return", "Puts a carriage return into the value of a header field.", "X-Odd: a\rSet-Cookie: b=c"),
    odd("nul-in-field", "Puts a NUL into the value of a header field.", "X-Odd: a\0b"),
    odd("folded-field", "Folds a header field over two lines, which RFC 9112 §5.2 deprecates.", "X-Odd: a\r\n b"),
    odd("folded-first", "Begins its header fields with a line that continues one.", " a", isFirst: true),
    odd("field-without-colon", "Sends a header field that is none.", "what is this"),
    odd("field-without-name", "Sends a header field without a name.", ": a"),
    odd("blank-before-colon", "Puts a blank between the name of a header field and its colon.", "X-Odd : a"),
    Act("forged-in-field", "Repeats the request in a header field of a 400, line breaks and a forged answer with it.") {
      visit in
      .raw("HTTP/1.1 400 Bad\r\nX-Echo: \(visit.secrets)\r\n\r\n\(visit.forgedAnswer)").then(.close)
    },
    Act("status-000", "Answers with the status 000.") { status("000", $0) },
    Act("status-99", "Answers with the status 99.") { status("99", $0) },
    Act("status-2000", "Answers with the status 2000.") { status("2000", $0) },
    Act("status-text", "Answers with a word where the status belongs.") { status("two-hundred", $0) },
    Act("status-nothing", "Answers with nothing where the status belongs.") { status("", $0) },
    Act("interim", "Sends interim answers (100, 103) before the token.") { visit in
      .raw("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n").then(.ok(json: visit.body))
    },
    Act("switching", "Switches to another protocol (101) that nobody asked for.") { visit in
      .raw("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n").then(
        .ok(json: visit.body)
      )
      .then(.close)
    },
  ]

  private static func odd(_ name: String, _ summary: String, _ line: String, isFirst: Bool = false) -> Act {
    Act(name, summary) { visit in
      let length = "Content-Length: \(visit.body.utf8.count)"
      let lines = ["HTTP/1.1 200 OK"] + (isFirst ? [line, length] : [length, line])
      return .raw(lines.joined(separator: "\r\n") + "\r\n\r\n\(visit.body)")
    }
  }

  private static func status(_ text: String, _ visit: Visit) -> LoopbackServer.Reply {
    .raw("HTTP/1.1 \(text) Status\r\nContent-Length: \(visit.body.utf8.count)\r\n\r\n\(visit.body)")
  }
}

extension HostileServer.Visit {
  /// Everything of the request that may be a secret.
  var secrets: String { "\(request.headers["Authorization"] ?? "") \(request.text)" }
}
