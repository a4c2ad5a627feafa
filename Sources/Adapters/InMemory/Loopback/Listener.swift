#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The listening socket and the threads of a ``LoopbackServer``; the threads retain this, and not the server, so that
/// releasing the server ends them.
final class Listener: Sendable {
  let host: String
  let port: UInt16
  let book = FactBook()
  /// Open once the server stops: what every connection waits for beside its client.
  let stopping = LoopbackServer.Gate()
  let greeting: LoopbackServer.Reply?
  private let memory: Int
  private let socket: Int32
  private let script: @Sendable (LoopbackServer.Request) -> LoopbackServer.Reply
  private let threads = ThreadGroup()

  init(
    greeting: LoopbackServer.Reply?, remembering memory: Int,
    _ script: @escaping @Sendable (LoopbackServer.Request) -> LoopbackServer.Reply
  ) throws {
    self.greeting = greeting
    self.memory = memory
    self.script = script
    (socket, host, port) = try boundSocket(listens: true)
  }

  func start() throws {
    try threads.spawn {
      while waitFor([self.socket], orStop: self.stopping) == .ready(self.socket) {
        let client = accept(from: self.socket)
        if client < 0 { continue }
        let number = self.book.note { facts in
          facts.connections += 1
          facts.open += 1
          return facts.connections
        }
        let connection = Connection(client, number, self)
        do { try self.threads.spawn { connection.serve() } } catch { connection.end(byClient: false) }
      }
      close(self.socket)
    }
  }

  func reply(to request: LoopbackServer.Request) -> LoopbackServer.Reply {
    let numbered = book.note { facts in
      var numbered = request
      facts.requestCount += 1
      numbered.number = facts.requestCount
      facts.requests.append(numbered)
      if facts.requests.count > memory { facts.requests.removeFirst() }
      return numbered
    }
    return script(numbered)
  }

  func stop() {
    stopping.open()
    threads.wait()
  }
}
