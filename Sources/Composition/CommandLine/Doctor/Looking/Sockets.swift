#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// `stat(2)`: of a link, what it leads to.
func systemMode(of path: String) -> FileMode? {
  var status = stat()
  return unsafe stat(path, &status) == 0 ? FileMode(bits: UInt16(status.st_mode & 0o7777)) : nil
}

/// `getaddrinfo(3)`, as transports resolve names. Blocks.
func systemResolution(of host: String) -> Resolution {
  var addresses: [String] = []
  let status = unsafe withAddresses(of: host, port: 0, flags: 0) { info in
    let text = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { buffer in
      let size = socklen_t(buffer.count)
      guard let start = buffer.baseAddress,
        unsafe getnameinfo(
          info.pointee.ai_addr, info.pointee.ai_addrlen, start, size, nil, 0, NI_NUMERICHOST) == 0
      else { return String?.none }
      return unsafe String(cString: start)
    }
    if let text, !addresses.contains(text) { addresses.append(text) }
  }
  guard status == 0 else { return .failed(unsafe String(cString: gai_strerror(status))) }
  return .addresses(addresses)
}

/// `connect(2)` to each, all at once. Blocks until each has answered, or the time is over.
func systemConnections(to addresses: [String], port: UInt16, within limit: Duration) -> [ConnectionAttempt] {
  let began = ContinuousClock.now
  let deadline = began.advanced(by: limit)
  var attempts = addresses.map { ConnectionAttempt(address: $0, outcome: .timedOut) }
  var pending: [Int32: Int] = [:]
  defer { for descriptor in pending.keys { close(descriptor) } }

  func settle(_ index: Int, _ number: Int32) {
    attempts[index].outcome =
      number == 0 ? .connected(after: began.duration(to: .now)) : .init(errorNumber: number)
  }

  for (index, address) in addresses.enumerated() {
    _ = unsafe withAddresses(of: address, port: port, flags: AI_NUMERICHOST) { info in
      let descriptor = unsafe socket(info.pointee.ai_family, info.pointee.ai_socktype, info.pointee.ai_protocol)
      guard descriptor >= 0 else { return settle(index, errno) }
      _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
      if unsafe connect(descriptor, info.pointee.ai_addr, info.pointee.ai_addrlen) != 0, errno == EINPROGRESS {
        pending[descriptor] = index
      } else {
        settle(index, errno)
        close(descriptor)
      }
    }
  }
  while !pending.isEmpty, ContinuousClock.now < deadline {
    var polled = pending.keys.map { pollfd(fd: $0, events: Int16(POLLOUT), revents: 0) }
    let left = ContinuousClock.now.duration(to: deadline).wholeMilliseconds
    guard unsafe poll(&polled, nfds_t(polled.count), Int32(max(0, left))) > 0 else { continue }
    for descriptor in polled where descriptor.revents != 0 {
      var number: Int32 = 0
      var size = socklen_t(MemoryLayout<Int32>.size)
      unsafe getsockopt(descriptor.fd, SOL_SOCKET, SO_ERROR, &number, &size)
      if let index = pending.removeValue(forKey: descriptor.fd) { settle(index, number) }
      close(descriptor.fd)
    }
  }
  return attempts
}

extension ConnectionAttempt.Outcome {
  fileprivate init(errorNumber: Int32) {
    switch errorNumber {
    case ECONNREFUSED: self = .refused
    case ETIMEDOUT: self = .timedOut
    default: self = .failed(unsafe String(cString: strerror(errorNumber)))
    }
  }
}

/// Hands each address of a host to `body`; what `getaddrinfo` returned.
private func withAddresses(
  of host: String, port: UInt16, flags: Int32, _ body: (UnsafePointer<addrinfo>) -> Void
) -> Int32 {
  var hints = unsafe addrinfo()
  unsafe hints.ai_flags = flags
  #if canImport(Darwin) || canImport(Musl)
    unsafe hints.ai_socktype = SOCK_STREAM
  #else
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
  #endif
  var first: UnsafeMutablePointer<addrinfo>?
  let status = unsafe getaddrinfo(host, String(port), &hints, &first)
  guard status == 0 else { return status }
  defer { unsafe freeaddrinfo(first) }
  var next = unsafe first
  while let current = unsafe next {
    unsafe body(UnsafePointer(current))
    unsafe next = current.pointee.ai_next
  }
  return 0
}
