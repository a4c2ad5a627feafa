#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// An address of this host for one server alone.
///
/// Tests run side by side, ports are handed out again, and some clients try once more behind a test's back: on an address
/// of its own a server hears nobody else's requests, and one that has stopped has no successor. Apple's systems have
/// 127.0.0.1 alone.
private func ownAddress() -> UInt32 {
  #if canImport(Darwin)
    0x7F00_0001
  #else
    0x7F00_0000 | UInt32.random(in: 0x01_0001...0xFE_FFFE)
  #endif
}

/// A socket on a free port of an address of its own; it takes clients when it listens, and refuses them when it does not.
func boundSocket(listens: Bool) throws -> (socket: Int32, host: String, port: UInt16) {
  #if canImport(Darwin) || canImport(Musl)
    let stream = SOCK_STREAM
  #else
    let stream = Int32(SOCK_STREAM.rawValue)
  #endif
  let listener = socket(AF_INET, stream, 0)
  guard listener >= 0 else { throw LoopbackServer.Failure("socket") }
  keepFromChildren(listener)
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  let host = ownAddress()
  address.sin_addr.s_addr = host.bigEndian
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
      unsafe bind(listener, name, size) == 0 && (!listens || listen(listener, 1024) == 0)
        && getsockname(listener, name, &size) == 0
    }
  }
  guard isBound else {
    defer { close(listener) }
    throw LoopbackServer.Failure("bind")
  }
  let parts = [24, 16, 8, 0].map { String(host >> $0 & 0xFF) }
  return (listener, parts.joined(separator: "."), UInt16(bigEndian: address.sin_port))
}

/// Keeps `socket` from processes that a test starts: there its connection would stay open when it is closed here.
private func keepFromChildren(_ socket: Int32) { _ = fcntl(socket, F_SETFD, FD_CLOEXEC) }

/// The next client of `listener`, or a negative number.
func accept(from listener: Int32) -> Int32 {
  let client = accept(listener, nil, nil)
  guard client >= 0 else { return client }
  keepFromChildren(client)
  var on: Int32 = 1
  // A trickled byte goes out when it is written.
  unsafe setsockopt(client, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
  return client
}

/// Makes closing `socket` reset the connection.
func resetWhenClosed(_ socket: Int32) {
  var atOnce = linger(l_onoff: 1, l_linger: 0)
  unsafe setsockopt(socket, SOL_SOCKET, SO_LINGER, &atOnce, socklen_t(MemoryLayout<linger>.size))
}

/// How a wait for descriptors ended.
enum Wait: Equatable {
  case ready(Int32)
  case timedOut
  case stopped
}

/// Waits until one of `descriptors` can be read (or written, for `events` of `POLLOUT`), or has been hung up.
func waitFor(
  _ descriptors: [Int32], events: Int32 = Int32(POLLIN), atMost timeout: Duration? = nil,
  orStop stopping: LoopbackServer.Gate
) -> Wait {
  var polled = [pollfd(fd: stopping.descriptor, events: Int16(POLLIN), revents: 0)]
  polled += descriptors.map { pollfd(fd: $0, events: Int16(events), revents: 0) }
  var milliseconds: Int32 = -1
  if let timeout {
    let (seconds, attoseconds) = timeout.components
    milliseconds = Int32(seconds * 1000 + attoseconds / 1_000_000_000_000_000)
  }
  while true {
    let count = unsafe poll(&polled, nfds_t(polled.count), milliseconds)
    if count < 0 && errno == EINTR { continue }
    if polled[0].revents != 0 { return .stopped }
    guard count > 0, let ready = polled.dropFirst().first(where: { $0.revents != 0 }) else { return .timedOut }
    return .ready(ready.fd)
  }
}

/// Sends as much of `bytes` as goes without waiting: how many, 0 when none do now, negative when the client has gone.
func sendSome(_ bytes: ArraySlice<UInt8>, to socket: Int32) -> Int {
  #if canImport(Darwin)
    let flags = MSG_DONTWAIT
  #else
    let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
  #endif
  let sent = unsafe bytes.withUnsafeBytes { unsafe send(socket, $0.baseAddress, $0.count, flags) }
  if sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) { return 0 }
  return sent
}

/// Reads what is there: nil when the client has gone.
func receiveSome(from socket: Int32, peeking: Bool = false) -> [UInt8]? {
  var buffer = [UInt8](repeating: 0, count: peeking ? 1 : 16_384)
  let flags = peeking ? Int32(MSG_PEEK) : 0
  let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(socket, $0.baseAddress, $0.count, flags) }
  return count > 0 ? Array(buffer[..<count]) : nil
}
