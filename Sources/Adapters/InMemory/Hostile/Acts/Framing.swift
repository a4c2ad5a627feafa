extension HostileServer {
  static let framing: [Act] = [
    length("length-too-large", "Announces a longer body than it sends, and closes.", then: .close) { "\($0 + 100)" },
    length("length-too-large-open", "Announces a longer body than it sends, and keeps the connection.", then: .never) {
      "\($0 + 100)"
    },
    length("length-too-small", "Announces a shorter body than it sends.") { "\($0 - 10)" },
    length("length-negative", "Announces a body of a negative length.") { _ in "-1" },
    length("length-garbage", "Announces a body of a length that is no number.") { "\($0)abc" },
    length("length-overflow", "Announces a body of more bytes than 64 bits count.", then: .close) { _ in
      "184467440737095516150"
    },
    length("two-lengths", "Announces two lengths, the first too small.") { "\($0 - 10)\r\nContent-Length: \($0)" },
    length("length-and-chunks", "Announces a length, and sends chunks that end before.") {
      "\($0)\r\nTransfer-Encoding: chunked"
    } content: { _ in
      "2\r\n{}\r\n0\r\n\r\n"
    },
    Act("smuggled-answer", "Sends a 503, and after its body a forged answer for the next request.") { visit in
      .raw("HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\n{}\(visit.forgedAnswer)")
    },
    Act("smuggled-after-chunks", "Sends a 503 in chunks, and after the last a forged answer for the next request.") {
      visit in
      .raw("HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n\(visit.forgedAnswer)")
    },
    Act("smuggled-after-204", "Sends a 204 with a body that is a forged answer for the next request.") { visit in
      .raw("HTTP/1.1 204 No Content\r\n\r\n\(visit.forgedAnswer)")
    },
    chunks("chunks", "Sends a token in chunks.") { "\(hex($0))\r\n\($0)\r\n0\r\n\r\n" },
    chunks("trailer", "Sends a token in chunks, and a trailer after them.") {
      "\(hex($0))\r\n\($0)\r\n0\r\nX-Late: 1\r\nContent-Length: 3\r\n\r\n"
    },
    chunks("chunk-extension", "Sends a token in chunks with extensions.") {
      "\(hex($0));name=\"value\"\r\n\($0)\r\n0;last\r\n\r\n"
    },
    chunks("chunk-size-garbage", "Sends a chunk whose size is no number.") { "size\r\n\($0)\r\n0\r\n\r\n" },
    chunks("chunk-size-negative", "Sends a chunk whose size is negative.") { "-\(hex($0))\r\n\($0)\r\n0\r\n\r\n" },
    chunks("chunk-size-overflow", "Sends a chunk of more bytes than 64 bits count.") {
      "1000000000000000\(hex($0))\r\n\($0)\r\n0\r\n\r\n"
    },
    chunks("chunk-without-end", "Sends a chunk without a line end after it.") { "\(hex($0))\r\n\($0)0\r\n\r\n" },
    chunks("close-in-chunk", "Closes the connection in the middle of a chunk.", then: .close) {
      "\(hex($0))\r\n\($0.dropLast(10))"
    },
    chunks("close-before-last-chunk", "Closes the connection before the chunk that is the last.", then: .close) {
      "\(hex($0))\r\n\($0)\r\n"
    },
    Act("transfer-coding-unknown", "Sends a body in a transfer coding that nobody knows, and closes.") { visit in
      .raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: x-unknown\r\n\r\n\(visit.body)").then(.close)
    },
    Act("coding-lie", "Says that a plain body is in gzip.") { visit in
      .answer(200, headers: [("Content-Encoding", "gzip")], body: Array(visit.body.utf8))
    },
    Act("gzip-bomb", "Sends 128 KiB that nobody asked to have in gzip, and that become 129 MiB.") { _ in
      .answer(200, headers: [("Content-Encoding", "gzip")], body: Bomb.bytes)
    },
    Act("gzip-bomb-refusal", "Sends such a bomb with a 400.") { _ in
      .answer(400, headers: [("Content-Encoding", "gzip")], body: Bomb.bytes)
    },
  ]

  private static func length(
    _ name: String, _ summary: String, then end: LoopbackServer.Reply = .raw(""),
    _ length: @escaping @Sendable (Int) -> String, content: @escaping @Sendable (String) -> String = { $0 }
  ) -> Act {
    Act(name, summary) { visit in
      .raw("HTTP/1.1 200 OK\r\nContent-Length: \(length(visit.body.utf8.count))\r\n\r\n\(content(visit.body))").then(
        end)
    }
  }

  private static func chunks(
    _ name: String, _ summary: String, then end: LoopbackServer.Reply = .raw(""),
    _ body: @escaping @Sendable (String) -> String
  ) -> Act {
    Act(name, summary) { visit in
      .raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(body(visit.body))").then(end)
    }
  }

  private static func hex(_ text: String) -> String { String(text.utf8.count, radix: 16) }
}
