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
        let took = await milliseconds(callers) { _ in counted(try await client.token(for: request)) }
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
        return await milliseconds(100) { counted(try await client.token(for: requests[$0 % 16])) }
      }
      return [Figure("scopes.16", .milliseconds, samples)]
    },
  ]

  /// What the same callers take at least: they wait for one task that sends the request and does nothing else.
  @MainActor
  private static func waitingForBareTask(_ http: any Ports.HTTP, _ issuer: String) async throws -> Double {
    let request = HTTPRequest(method: "POST", url: "\(issuer)/oauth/token", body: Array("scope=bare".utf8))
    let shared = Task.detached { try await http.send(request, timeout: .seconds(10)) }
    return await milliseconds(callers) { _ in try await shared.value.body.isEmpty ? 0 : 1 }
  }

  /// The time until the last of `callers` tasks has its answer.
  ///
  /// Tasks of no group: a group's children stand in a list that is searched when one of them ends.
  private static func milliseconds(
    _ callers: Int, _ call: @escaping @Sendable (Int) async throws -> Int
  ) async -> Double {
    let began = nanoseconds()
    let last = await withCheckedContinuation { done in
      let latch = Latch(callers, done)
      for number in 0..<callers {
        Task.detached {
          let answers = try? await call(number)
          precondition(answers == 1, "a caller was not served")
          latch.count()
        }
      }
    }
    return (last - began) / 1e6
  }
}

/// Resumes with the moment at which the last of `count` has come.
private final class Latch: Sendable {
  private let left: Atomic<Int>
  private let done: CheckedContinuation<Double, Never>

  init(_ count: Int, _ done: CheckedContinuation<Double, Never>) {
    left = Atomic(count)
    self.done = done
  }

  func count() {
    if left.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { done.resume(returning: nanoseconds()) }
  }
}
