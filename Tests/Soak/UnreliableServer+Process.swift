import Foundation

extension UnreliableServer {
  /// What the other process does: one thread for all connections, nothing kept of what it saw.
  static func serve() throws -> Never {
    signal(SIGPIPE, SIG_IGN)
    let listener = try listeningSocket()
    var connections: [Int32: Connection] = [:]
    while true {
      var watched = [0, listener].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      watched += connections.keys.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      guard unsafe poll(&watched, nfds_t(watched.count), -1) > 0 else { continue }
      // The parent has closed its end.
      if watched[0].revents != 0 { exit(0) }
      for polled in watched.dropFirst(2) where polled.revents != 0 {
        if connections[polled.fd]?.goesOn() == false {
          close(polled.fd)
          connections[polled.fd] = nil
        }
      }
      while watched[1].revents != 0 {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { break }
        connections[client] = Connection(client)
      }
    }
  }

  private static func listeningSocket() throws -> Int32 {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
        unsafe bind(listener, name, size) == 0 && listen(listener, 16_384) == 0
          && getsockname(listener, name, &size) == 0
      }
    }
    guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
    print(UInt16(bigEndian: address.sin_port), terminator: "")
    fflush(nil)
    return listener
  }
}

/// One connection: answers what comes, and ends when the dice say so.
private struct Connection {
  private let socket: Int32
  private var received: [UInt8] = []

  init(_ socket: Int32) { self.socket = socket }

  /// Reads what is there and answers it. False when the connection is to be closed.
  mutating func goesOn() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 8192)
    let count = unsafe recv(socket, &buffer, buffer.count, 0)
    guard count > 0 else { return false }
    received += buffer[..<count]
    guard let request = wholeRequest() else { return true }
    received = []
    if request.contains("/silent/") { return true }
    let body =
      request.contains("/oauth/token")
      ? #"{"access_token":"soak-token","token_type":"Bearer","expires_in":2}"#
      : #"{"token":"soak-download","expires_in_seconds":300}"#
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
    switch Int.random(in: 0..<100) {
    case 0..<80: return send(head + body)
    // A connection closed while the client keeps it for later.
    case 80..<90: return send(head + body) && false
    case 90..<92: return false
    case 92..<94: return reset()
    case 94..<96: return send(head.prefix(30)) && false
    case 96..<98: return send(head + body.prefix(10)) && reset()
    default: return send(head + body.prefix(10)) && false
    }
  }

  /// The request as text, once its head and as much body as the head says are there.
  private func wholeRequest() -> String? {
    let text = String(decoding: received, as: UTF8.self)
    guard let headEnd = text.range(of: "\r\n\r\n") else { return nil }
    let length = text.lowercased().firstMatch(of: /content-length: (\d+)/).flatMap { Int($0.1) } ?? 0
    return text.utf8.distance(from: headEnd.upperBound, to: text.endIndex) >= length ? text : nil
  }

  private func send(_ text: some StringProtocol) -> Bool {
    let bytes = Array(text.utf8)
    return unsafe Glibc.send(socket, bytes, bytes.count, 0) == bytes.count
  }

  private func reset() -> Bool {
    var atOnce = linger(l_onoff: 1, l_linger: 0)
    unsafe setsockopt(socket, SOL_SOCKET, SO_LINGER, &atOnce, socklen_t(MemoryLayout<linger>.size))
    return false
  }
}
