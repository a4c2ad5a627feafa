import ServiceTokenClient
import ServiceTokenDomain

/// How many blocks of memory a hit asks for, counted: by handle, by scope, by text, and by scope through the
/// Domain's protocol, the worst of them.
enum AllocationsPerHit {
  private static let calls = 10_000

  static let benchmarks = [
    Benchmark(names: ["allocations.hit"]) { _ in
      // A counter that is not wired up would count nothing too.
      let counts = perCall { _ = counted(Secret([1, 2, 3])) }
      precondition(counts >= 2, "allocations are not counted: \(counts)")
      let client = try await ServiceTokenClient.warm()
      let (handle, scope, text) = try (HandleReader(client), ScopeReader(client), StringReader(client))
      let provider: any ServiceTokenProvider = client
      let known = try Scope(Fixture.scopeText())
      let samples = await rounds {
        [
          perCall { _ = counted(handle.read()) }, perCall { _ = counted(scope.read()) },
          perCall { _ = counted(text.read()) }, perCall { _ = counted(provider.cachedToken(for: known)) },
        ]
        .reduce(0, max)
      }
      return [Figure("allocations.hit", .count, samples)]
    }
  ]

  private static func perCall(_ body: () -> Void) -> Double {
    Double(AllocationCounter.count { for _ in 0..<calls { body() } }) / Double(calls)
  }

  @inline(never)
  private static func counted(_ secret: Secret) -> Int { secret.count }

  @inline(never)
  private static func counted(_ token: AccessToken?) -> Int { token == nil ? 0 : 1 }
}
