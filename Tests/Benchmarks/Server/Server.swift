import BenchmarkShims
import Glibc
import TestProcesses

/// A server that does as little as one can, on one thread: on a machine with few cores whatever it takes is taken from
/// the client, and the slower the server, the more alike all clients look.
struct Server {
  private let listener: Int32
  private let poll: Int32
  private var connections: [Int32: Connection] = [:]
  private var routes = Routes()
  private var delayed = DelayedAnswers()

  /// Serves until standard input is closed.
  static func run() throws -> Never {
    signal(SIGPIPE, SIG_IGN)
    var server = try Server()
    while true { server.turn() }
  }

  private init() throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let socket = listener
    let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
        unsafe bind(socket, name, size) == 0 && listen(socket, 4096) == 0 && getsockname(socket, name, &size) == 0
      }
    }
    poll = epoll_create1(0)
    guard isBound, poll >= 0 else { throw ChildProcess.Failure(program: "the server") }
    watch(listener)
    watch(STDIN_FILENO)
    print("http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))")
    fflush(nil)
  }

  private mutating func turn() {
    var events = unsafe [epoll_event](repeating: epoll_event(), count: 128)
    let count = unsafe epoll_wait(poll, &events, Int32(events.count), delayed.patience)
    for ready in unsafe events[..<max(0, Int(count))].map({ unsafe $0.data.fd }) {
      switch ready {
      case STDIN_FILENO: _exit(0)
      case listener: acceptAll()
      case let client: serve(client)
      }
    }
    while let (client, answer) = delayed.popDue() { connections[client]?.send(answer) }
  }

  private mutating func acceptAll() {
    while true {
      let client = accept(listener, nil, nil)
      guard client >= 0 else { return }
      _ = fcntl(client, F_SETFL, O_NONBLOCK)
      var on: Int32 = 1
      unsafe setsockopt(client, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
      connections[client] = Connection(client)
      watch(client)
    }
  }

  private mutating func serve(_ client: Int32) {
    guard let connection = connections[client] else { return }
    let isOpen = connection.receive { target in
      let (answer, delay) = routes.answer(to: target)
      if delay == 0 { connection.send(answer) } else { delayed.add(answer, to: client, in: delay) }
    }
    guard !isOpen else { return }
    connections[client] = nil
    delayed.drop(client)
    close(client)
  }

  private func watch(_ descriptor: Int32) {
    var event = unsafe epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(fd: descriptor))
    unsafe epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event)
  }
}
