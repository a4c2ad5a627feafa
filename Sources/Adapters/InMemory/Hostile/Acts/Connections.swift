extension HostileServer {
  static let connections: [Act] = [
    Act("refuse", "Nobody listens on its port.", scene: .deafPort),
    Act("reset-on-accept", "Resets each connection as soon as it has taken it.", scene: .greeting(.reset)),
    Act("silent", "Reads the request and says nothing.") { _ in .never },
    Act("close-before-head", "Closes the connection instead of answering.") { _ in .close },
    Act("reset-before-head", "Resets the connection instead of answering.") { _ in .reset },
    Act("close-in-head", "Closes the connection in the middle of the head.") { _ in tornHead.then(.close) },
    Act("reset-in-head", "Resets the connection in the middle of the head.") { _ in tornHead.then(.reset) },
    Act("close-after-head", "Closes the connection after a head that announces a body.") { visit in
      .raw(head(of: visit)).then(.close)
    },
    Act("reset-after-head", "Resets the connection after a head that announces a body.") { visit in
      .raw(head(of: visit)).then(.reset)
    },
    Act("close-in-body", "Closes the connection in the middle of the body.") { visit in tornBody(visit).then(.close) },
    Act("reset-in-body", "Resets the connection in the middle of the body.") { visit in tornBody(visit).then(.reset) },
    Act("reset-in-refusal", "Resets the connection in the middle of the body of a 403.") { _ in
      .raw("HTTP/1.1 403 Forbidden\r\nContent-Length: 100\r\n\r\n{\"err").then(.reset)
    },
    Act("until-close", "Sends a token without a length and closes the connection, as HTTP/1.0 did.") { visit in
      .raw("HTTP/1.0 200 OK\r\n\r\n\(visit.body)").then(.close)
    },
    Act("close-when-kept", "Answers 503 on a new connection, and closes a kept one as soon as a request comes.") {
      visit in
      visit.request.turn == 1 ? .answer(503) : .close
    },
    Act("reset-when-kept", "Answers 503 on a new connection, and resets a kept one as soon as a request comes.") {
      visit in
      visit.request.turn == 1 ? .answer(503) : .reset
    },
    Act("slow-head", "Sends the head of a token byte by byte, one a second.") { visit in
      LoopbackServer.Reply.raw("HTTP/1.1 200 OK\r\nX-Long: \(String(repeating: "a", count: 100_000))\r\n")
        .trickled(every: visit.pace)
    },
    Act("slow-body", "Sends the body of a token byte by byte, one a second.") { visit in
      .raw("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        .then(.raw([UInt8](repeating: 0x20, count: 100_000)).trickled(every: visit.pace))
    },
    Act("slow-refusal", "Sends the body of a 403 byte by byte, one a second.") { visit in
      .raw("HTTP/1.1 403 Forbidden\r\nContent-Length: 100000\r\n\r\n")
        .then(.raw([UInt8](repeating: 0x20, count: 100_000)).trickled(every: visit.pace))
    },
  ]

  private static let tornHead = LoopbackServer.Reply.raw("HTTP/1.1 200 OK\r\nContent-Le")

  private static func head(of visit: Visit) -> String {
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(visit.body.utf8.count)\r\n\r\n"
  }

  private static func tornBody(_ visit: Visit) -> LoopbackServer.Reply {
    .raw(head(of: visit) + visit.body.dropLast(10))
  }
}
