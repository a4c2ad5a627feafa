import ServiceTokenClient
import ServiceTokenDomain

/// Reading a token that is cached and fresh, in nanoseconds per call over all threads: with two cores and nothing in the
/// way, two threads take half of what one does.
enum Hits {
  private static let threadCounts = [1, 2, 8]

  static let benchmarks =
    benchmarks("hit.handle", HandleReader.self) + benchmarks("hit.scope", ScopeReader.self)
    + benchmarks("hit.string", StringReader.self)

  private static func benchmarks(_ name: String, _ reader: (some Reader).Type) -> [Benchmark] {
    threadCounts.map { threads in
      let name = "\(name).\(threads)"
      return Benchmark(names: [name]) { _ in
        let client = try await ServiceTokenClient.warm()
        // One for each thread, so that none shares a text or a scope with another; the client they all share.
        let readers = try (0..<threads).map { _ in try reader.init(client) }
        let calls = callsPerRound { loop(readers[0], $0) }
        let samples = await rounds {
          onThreads(threads) { loop(readers[$0], calls) } / Double(calls * threads)
        }
        return [Figure(name, .nanoseconds, samples)]
      }
    }
  }

  private static func loop(_ reader: some Reader, _ calls: Int) {
    var hits = 0
    for _ in 0..<calls { hits += counted(reader.read()) }
    precondition(hits == calls, "not every read was a hit")
  }
}

/// One for a token, nil's is zero. Not inlined, so that every token is really handed out.
@inline(never)
func counted(_ token: AccessToken?) -> Int { token == nil ? 0 : 1 }
