import ServiceTokenDomain

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// One client's connection: reads requests and carries out the steps of their replies, on a thread of its own.
///
/// Every wait is for three at once: what it is about, the client's going, the server's stop.
struct Connection: Sendable {
  private enum Next {
    case go
    case clientGone
    case ended
  }

  private let socket: Int32
  private let number: Int
  private let listener: Listener

  init(_ socket: Int32, _ number: Int, _ listener: Listener) {
    self.socket = socket
    self.number = number
    self.listener = listener
  }

  func serve() {
    if let greeting = listener.greeting, let ended = run(greeting) { return end(byClient: ended == .clientGone) }
    var reader = RequestReader(connection: number)
    while true {
      while let request = reader.next() {
        if let ended = run(listener.reply(to: request)) { return end(byClient: ended == .clientGone) }
      }
      guard waitFor([socket], orStop: listener.stopping) != .stopped else { return end(byClient: false) }
      guard let bytes = receiveSome(from: socket) else { return end(byClient: true) }
      guard reader.take(bytes) else { return end(byClient: false) }
    }
  }

  func end(byClient: Bool) {
    close(socket)
    listener.book.note { facts in
      facts.open -= 1
      if byClient { facts.closedByClient.insert(number) }
    }
  }

  /// Carries out the steps of `reply`; says how the connection ended, if it did.
  private func run(_ reply: LoopbackServer.Reply) -> Next? {
    for step in reply.steps {
      let next = run(step)
      if next != .go { return next }
    }
    return nil
  }

  private func run(_ step: LoopbackServer.Reply.Step) -> Next {
    switch step {
    case .bytes(let bytes): return send(bytes)
    case .trickle(let bytes, let pause):
      for byte in bytes {
        if let gone = wait(for: nil, atMost: pause) { return gone }
        let next = send([byte])
        if next != .go { return next }
      }
      return .go
    case .flood(let bytes):
      while true {
        let next = send(bytes)
        if next != .go { return next }
      }
    case .wait(let gate): return wait(for: gate) ?? .go
    case .act(let action):
      action()
      return .go
    case .silence: return wait(for: nil) ?? .ended
    case .close: return .ended
    case .reset:
      resetWhenClosed(socket)
      return .ended
    }
  }

  private func send(_ bytes: [UInt8]) -> Next {
    var rest = bytes[...]
    while !rest.isEmpty {
      let sent = sendSome(rest, to: socket)
      if sent < 0 { return .clientGone }
      if sent > 0 { listener.book.note { $0.bytesSent[number, default: 0] += sent } }
      rest = rest.dropFirst(sent)
      if sent == 0, waitFor([socket], events: POLLOUT, orStop: listener.stopping) == .stopped { return .ended }
    }
    return .go
  }

  /// Waits for `gate` or until the time is up; says how the connection ended, if it did before.
  private func wait(for gate: LoopbackServer.Gate?, atMost timeout: Duration? = nil) -> Next? {
    var watched = [socket]
    if let gate { watched.append(gate.descriptor) }
    while true {
      switch waitFor(watched, atMost: timeout, orStop: listener.stopping) {
      case .stopped: return .ended
      case .timedOut: return nil
      case .ready(socket):
        if receiveSome(from: socket, peeking: true) == nil { return .clientGone }
        // The client has sent its next request already: that it goes will show when this is read.
        watched.removeFirst()
      case .ready: return nil
      }
    }
  }
}
