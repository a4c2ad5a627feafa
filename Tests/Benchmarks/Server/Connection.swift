import Glibc

/// A client's connection: finds the requests in what comes.
final class Connection {
  private let socket: Int32
  private var bytes = [UInt8](repeating: 0, count: 16_384)
  private var count = 0

  init(_ socket: Int32) { self.socket = socket }

  /// Reads what is there, and hands over the target of each request that is complete. False when the client is done.
  func receive(_ take: (ArraySlice<UInt8>) -> Void) -> Bool {
    let (room, start) = (bytes.count - count, count)
    let received = unsafe bytes.withUnsafeMutableBytes { unsafe recv(socket, $0.baseAddress! + start, room, 0) }
    guard received > 0 else { return received < 0 && errno == EAGAIN }
    count += received
    while let request = Request(in: bytes[..<count]) {
      take(bytes[request.target])
      bytes.replaceSubrange(0..<count - request.length, with: bytes[request.length..<count])
      count -= request.length
    }
    return true
  }

  /// Sends a whole answer, which is smaller than any buffer that it goes through.
  func send(_ answer: [UInt8]) { _ = unsafe Glibc.send(socket, answer, answer.count, Int32(MSG_NOSIGNAL)) }
}

/// Where a request's target stands, and where the request ends.
private struct Request {
  let target: Range<Int>
  let length: Int

  /// nil until the head and as much of a body as it announces have come.
  init?(in bytes: ArraySlice<UInt8>) {
    let blank = UInt8(ascii: " ")
    guard let start = bytes.firstIndex(of: blank), let end = bytes[(start + 1)...].firstIndex(of: blank) else {
      return nil
    }
    target = start + 1..<end
    var bodyLength = 0
    var line = end
    while let lineEnd = bytes[line...].firstIndex(of: UInt8(ascii: "\n")) {
      let next = bytes[(lineEnd + 1)...]
      if next.first == UInt8(ascii: "\r") {
        length = lineEnd + 3 + bodyLength
        guard length <= bytes.endIndex else { return nil }
        return
      }
      if let value = Self.contentLength(next) { bodyLength = value }
      line = lineEnd + 1
    }
    return nil
  }

  private static func contentLength(_ line: ArraySlice<UInt8>) -> Int? {
    let name = Array("content-length:".utf8)
    guard line.count > name.count, zip(line, name).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) else { return nil }
    return line.dropFirst(name.count).prefix { $0 != UInt8(ascii: "\r") }.reduce(0) {
      $1 == UInt8(ascii: " ") ? $0 : $0 * 10 + Int($1 - UInt8(ascii: "0"))
    }
  }
}
