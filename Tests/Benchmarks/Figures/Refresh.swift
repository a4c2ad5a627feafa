import ServiceTokenClient
import ServiceTokenDomain

/// 64 callers while their token expires again and again, from a server that takes 50 ms: how long a call takes, and how
/// many take over 10 ms. The first fetch is over before it begins; the first expiry counts.
///
/// The clock runs 30 times as fast, so that a token of 60 s is refreshed some 1.1 s after it came and stale after 1.5 s.
enum Refresh {
  private static let callers = 64
  private static let seconds = 5.0

  static let benchmarks = [
    Benchmark(names: ["refresh.p999", "refresh.max", "refresh.delayed"]) { bench in
      let issuer = try bench.issuer(delay: 50, life: 60)
      var (p999, longest, delayed): ([Double], [Double], [Double]) = ([], [], [])
      for _ in 0..<3 {
        let requests = CountedHTTP(Transport.standard.make())
        let client = try ServiceTokenClient.benchmarked(issuer: issuer, http: requests, clock: QuickClock(speed: 30))
        let times = try await storm(client)
        precondition(requests.count > 3, "the token did not expire")
        p999.append(times[times.count * 999 / 1000] / 1e3)
        longest.append(times[times.count - 1] / 1e3)
        delayed.append(Double(times.count { $0 > 10e6 }))
      }
      return [
        Figure("refresh.p999", .microseconds, p999), Figure("refresh.max", .microseconds, longest),
        Figure("refresh.delayed", .count, delayed),
      ]
    }
  ]

  /// How long each call took, in nanoseconds, the shortest first.
  @MainActor
  private static func storm(_ client: ServiceTokenClient) async throws -> [Double] {
    let request = TokenRequest(scope: try Scope(Fixture.scopeText()))
    _ = try await client.token(for: request)
    let end = nanoseconds() + seconds * 1e9
    return try await withThrowingTaskGroup(of: [Double].self) { group in
      for _ in 0..<callers {
        group.addTask {
          var times: [Double] = []
          while nanoseconds() < end {
            let began = nanoseconds()
            _ = try await client.token(for: request)
            times.append(nanoseconds() - began)
            try await Task.sleep(for: .milliseconds(1))
          }
          return times
        }
      }
      var all: [Double] = []
      for try await times in group { all += times }
      return all.sorted()
    }
  }
}
