extension HostileServer {
  static let endless: [Act] = [
    flood("endless-status-line", "Sends a status line that never ends.", "HTTP/1.1 200 "),
    flood("endless-field", "Sends a header field that never ends.", "HTTP/1.1 200 OK\r\nX-Long: "),
    flood("endless-fields", "Sends header fields without end.", "HTTP/1.1 200 OK\r\n", "X-More: 0123456789\r\n"),
    flood("endless-interim", "Sends interim answers without end.", "", "HTTP/1.1 100 Continue\r\n\r\n"),
    flood("endless-body", "Sends a 200 whose body never ends.", "HTTP/1.1 200 OK\r\n\r\n"),
    flood("endless-chunks", "Sends a 200 in chunks without end.", "\(chunked)", "10\r\n0123456789abcdef\r\n"),
    flood("endless-chunk-extension", "Sends a chunk whose extension never ends.", "\(chunked)10;name="),
    flood("endless-chunk-size", "Sends a chunk whose size never ends.", chunked, "0"),
    flood("endless-trailer", "Sends a trailer field that never ends.", "\(chunked)2\r\n{}\r\n0\r\nX-Late: "),
    flood(
      "endless-trailers", "Sends trailer fields without end.", "\(chunked)2\r\n{}\r\n0\r\n", "X-Late: 0123456789\r\n"),
    flood("endless-refusal", "Sends a 400 whose body never ends.", "HTTP/1.1 400 Bad Request\r\n\r\n"),
    flood(
      "endless-redirect", "Sends a 302 whose body never ends.", "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n\r\n"),
    flood("endless-excuse", "Sends a 503 whose body never ends.", "HTTP/1.1 503 Busy\r\n\r\n"),
  ]

  private static let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

  private static func flood(_ name: String, _ summary: String, _ start: String, _ piece: String = "a") -> Act {
    // In pieces of some kilobytes, for each is a call of the system.
    let chunk = Array(String(repeating: piece, count: 4096 / piece.utf8.count).utf8)
    return Act(name, summary) { _ in .raw(start).then(.flooding(chunk)) }
  }
}
