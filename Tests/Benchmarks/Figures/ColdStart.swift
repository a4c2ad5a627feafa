import ServiceTokenClient
import ServiceTokenDomain
import ServiceTokenPorts
import Synchronization

/// Many callers, nothing cached, a server that takes 50 ms: how long until the last has its token.
enum ColdStart {
  private static let delay = 50
  private static let callers = 10_000

  static let benchmarks = [
    Benchmark(names: ["cold.10000", "cold.10000.bare"]) { bench in
      let issuer = try bench.issuer(delay: delay)
      let http = Transport.standard.make()
      var bare: [Double] = []
      let samples = try await rounds {
        bare.append(try await waitingForBareTask(http, issuer))
        let requests = CountedHTTP(http)
        let client = try ServiceTokenClient.benchmarked(issuer: issuer, http: requests)
        let request = TokenRequest(scope: try Scope(Fixture.scopeText()))
        let took = try await milliseconds(callers) { _ in counted(try await client.token(for: request)) }
        precondition(requests.count == 1, "\(requests.count) requests")
        return took
      }
      return [
        Figure("cold.10000", .milliseconds, samples),
        Figure("cold.10000.bare", .milliseconds, Array(bare.dropFirst())),
      ]
    },
    Benchmark(names: ["scopes.16"]) { bench in
      let issuer = try bench.issuer(delay: delay)
      let http = Transport.standard.make()
      let requests = try (0..<16).map { TokenRequest(scope: try Scope(Fixture.scopeText($0))) }
      let samples = try await rounds {
        let client = try ServiceTokenClient.benchmarked(issuer: issuer, http: http)
        return try await milliseconds(100) { counted(try await client.token(for: requests[$0 % 16])) }
      }
      return [Figure("scopes.16", .milliseconds, samples)]
    },
  ]

  /// What the same callers take at least: they wait for one task that sends the request and does nothing else.
  @MainActor
  private static func waitingForBareTask(_ http: any Ports.HTTP, _ issuer: String) async throws -> Double {
    let request = HTTPRequest(method: "POST", url: "\(issuer)/oauth/token", body: Array("scope=bare".utf8))
    let shared = Task.detached { try await http.send(request, timeout: .seconds(10)) }
    return try await milliseconds(callers) { _ in try await shared.value.body.isEmpty ? 0 : 1 }
  }

  /// The time until the last of `callers` tasks has its answer, told by the tasks themselves.
  @concurrent
  private static func milliseconds(
    _ callers: Int, _ call: @escaping @Sendable (Int) async throws -> Int
  ) async throws -> Double {
    let last = Latest()
    let began = nanoseconds()
    try await withThrowingDiscardingTaskGroup { group in
      for number in 0..<callers {
        group.addTask {
          guard try await call(number) == 1 else { return }
          last.note(nanoseconds())
        }
      }
    }
    precondition(last.count == callers, "\(last.count) callers were served")
    return (last.moment - began) / 1e6
  }
}

/// The latest of the moments that tasks note, and how many have.
private final class Latest: Sendable {
  private let nanoseconds = Atomic(0)
  private let noted = Atomic(0)

  var moment: Double { Double(nanoseconds.load(ordering: .relaxed)) }
  var count: Int { noted.load(ordering: .relaxed) }

  func note(_ moment: Double) {
    nanoseconds.max(Int(moment), ordering: .relaxed)
    noted.add(1, ordering: .relaxed)
  }
}
