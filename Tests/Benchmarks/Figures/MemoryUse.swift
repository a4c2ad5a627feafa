import Glibc
import ServiceTokenClient
import ServiceTokenDomain
import TestProcesses

/// What a cached scope takes of the heap where there are 100,000, and what a process takes that holds one.
enum MemoryUse {
  private static let scopes = 100_000

  static let benchmarks = [
    Benchmark(names: ["memory.scope"]) { _ in
      let samples = try await rounds(3, warmUp: 0) {
        let client = try ServiceTokenClient.benchmarked(maximumScopes: 2 * scopes)
        _ = try await client.token(for: Fixture.scopeText())
        let before = Usage.heapBytes
        for number in 1...scopes { _ = try await client.token(for: Fixture.scopeText(number)) }
        let bytes = Usage.heapBytes - before
        withExtendedLifetime(client) {}
        return Double(bytes) / Double(scopes)
      }
      return [Figure("memory.scope", .bytes, samples)]
    },
    Benchmark(names: ["memory.process"]) { bench in
      let issuer = try bench.issuer()
      let samples = try await rounds(5) {
        let output = try ChildProcess.output(of: ThisProgram.path, [Benchmarks.holderArgument, issuer])
        guard let resident = Double(output) else {
          throw ChildProcess.Failure(program: "the process that holds one token")
        }
        return resident
      }
      return [Figure("memory.process", .kibibytes, samples)]
    },
  ]

  /// What the other process does: gets one token over the network, and says how large it is then.
  static func hold(issuer: String) async throws -> Never {
    let client = try ServiceTokenClient.benchmarked(issuer: issuer, http: Transport.standard.make())
    let token = try await client.token(for: Fixture.scopeText())
    print(withExtendedLifetime((client, token)) { Usage.residentKibibytes }, terminator: "")
    fflush(nil)
    _exit(0)
  }
}
