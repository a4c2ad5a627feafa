import ServiceTokenDomain

/// Takes bytes as they come and gives whole requests.
struct RequestReader {
  /// What a request may be long: more than any client of ours sends, and a bound on what the server holds.
  private static let limit = 16 * 1024 * 1024

  private let connection: Int
  private var turn = 0
  private var buffer: [UInt8] = []

  init(connection: Int) { self.connection = connection }

  /// Takes what has come. False when that is more than a request may be long.
  mutating func take(_ bytes: [UInt8]) -> Bool {
    buffer += bytes
    return buffer.count <= Self.limit
  }

  /// The next request, once all of it is there.
  mutating func next() -> LoopbackServer.Request? {
    let blankLine = Array("\r\n\r\n".utf8)
    guard let headEnd = buffer.indices.first(where: { buffer[$0...].starts(with: blankLine) }) else { return nil }
    let lines = lines(of: buffer[..<headEnd])
    let words = (lines.first ?? "").split(separator: " ", omittingEmptySubsequences: false)
    let headers = HTTPHeaders(lines.dropFirst().map(field))
    let bodyStart = headEnd + blankLine.count
    let bodyLength = headers["Content-Length"].flatMap { Int($0) } ?? 0
    let bodyEnd = bodyStart + min(max(0, bodyLength), Self.limit)
    guard buffer.count >= bodyEnd, words.count == 3 else { return nil }
    defer { buffer.removeFirst(bodyEnd) }
    turn += 1
    return LoopbackServer.Request(
      connection: connection, turn: turn, method: String(words[0]), target: String(words[1]), headers: headers,
      body: Array(buffer[bodyStart..<bodyEnd]))
  }

  private func lines(of head: ArraySlice<UInt8>) -> [String] {
    head.split(separator: UInt8(ascii: "\n")).map { line in
      String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
    }
  }

  private func field(_ line: String) -> HTTPHeaders.Field {
    let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
    return HTTPHeaders.Field(name: String(parts[0]), value: String(value))
  }
}
