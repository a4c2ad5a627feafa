import ServiceTokenClient
import ServiceTokenDomain

/// The same through the functions that may wait, from where programs call them.
enum AsyncHits {
  static let benchmarks = [
    Benchmark(names: ["hit.async.pool.8"]) { _ in
      let client = try await ServiceTokenClient.warm()
      let (tasks, calls) = (8, 50_000)
      let samples = try await rounds {
        let began = nanoseconds()
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<tasks { group.addTask { try await onPool(client, calls) } }
          try await group.waitForAll()
        }
        return (nanoseconds() - began) / Double(tasks * calls)
      }
      return [Figure("hit.async.pool.8", .nanoseconds, samples)]
    },
    Benchmark(names: ["hit.async.main"]) { _ in
      let client = try await ServiceTokenClient.warm()
      let scope = try Scope(Fixture.scopeText())
      let calls = 50_000
      let samples = try await rounds {
        let began = nanoseconds()
        for _ in 0..<calls { _ = counted(try await client.token(for: scope)) }
        return (nanoseconds() - began) / Double(calls)
      }
      return [Figure("hit.async.main", .nanoseconds, samples)]
    },
    Benchmark(names: ["hit.any.main"]) { _ in
      let client: any ServiceTokenProvider = try await ServiceTokenClient.warm()
      let scope = try Scope(Fixture.scopeText())
      let calls = 50_000
      let samples = try await rounds {
        let began = nanoseconds()
        for _ in 0..<calls { _ = counted(try await client.token(for: scope)) }
        return (nanoseconds() - began) / Double(calls)
      }
      return [Figure("hit.any.main", .nanoseconds, samples)]
    },
  ]

  private static func onPool(_ client: ServiceTokenClient, _ calls: Int) async throws {
    let scope = try Scope(Fixture.scopeText())
    for _ in 0..<calls { _ = counted(try await client.token(for: scope)) }
  }
}
