import ServiceTokenClient
import ServiceTokenDomain

/// Calls that go to the server, one after another or many at once: how many there are in a second, and what processor
/// time each takes of this process. The answers are read; nothing is cached.
enum Fetches {
  private static let seconds = 1.0

  static let benchmarks = Transport.allCases.flatMap { transport in
    [
      benchmark("fetch", transport, callers: 1), benchmark("fetch", transport, callers: 16),
      benchmark("issue", transport, callers: 1), benchmark("issue", transport, callers: 16),
      benchmark("issue", transport, callers: 64),
    ]
  }

  private static func benchmark(_ kind: String, _ transport: Transport, callers: Int) -> Benchmark {
    let name = "\(kind).\(callers)\(transport.suffix)"
    let cpuName = "cpu.\(name)"
    return Benchmark(names: [name, cpuName]) { bench in
      let client = try ServiceTokenClient.benchmarked(issuer: try bench.issuer(), http: transport.make())
      let requests = try (0..<callers).map { TokenRequest(scope: try Scope(Fixture.scopeText($0))) }
      var processorTimes: [Double] = []
      let samples = try await rounds(5) {
        let processorTime = Usage.processorTime
        let began = nanoseconds()
        let calls =
          kind == "fetch"
          ? try await many(callers, callingUntil: began + seconds * 1e9) { try await fetch(client, requests[$0]) }
          : try await many(callers, callingUntil: began + seconds * 1e9) { try await issue(client, $0) }
        processorTimes.append((Usage.processorTime - processorTime) / 1e3 / Double(calls))
        return Double(calls) * 1e9 / (nanoseconds() - began)
      }
      return [
        Figure(name, .perSecond, samples), Figure(cpuName, .microseconds, Array(processorTimes.dropFirst())),
      ]
    }
  }

  private static func fetch(_ client: ServiceTokenClient, _ request: TokenRequest) async throws {
    let token = try await client.call(ServiceTokenEndpoint(), request)
    precondition(token.value.count == Fixture.tokenLength, "another token")
  }

  private static func issue(_ client: ServiceTokenClient, _ caller: Int) async throws {
    _ = try await client.downloadToken(
      for: DownloadRequest(tenantID: "t1", userID: "user-\(caller)", objectKey: "users/\(caller)/report.pdf"))
  }

  /// How many calls `callers` made together until `end`, a moment of ``nanoseconds()``.
  @concurrent
  private static func many(
    _ callers: Int, callingUntil end: Double, _ call: @escaping @Sendable (Int) async throws -> Void
  ) async throws -> Int {
    try await withThrowingTaskGroup(of: Int.self) { group in
      for caller in 0..<callers {
        group.addTask {
          var calls = 0
          while nanoseconds() < end {
            try await call(caller)
            calls += 1
          }
          return calls
        }
      }
      return try await group.reduce(0, +)
    }
  }
}
