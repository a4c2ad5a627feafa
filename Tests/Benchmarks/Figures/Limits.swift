import ServiceTokenDomain
import ServiceTokenPorts
import ServiceTokenSystemClock
import Synchronization

/// What nothing that looks at the clock can be faster than.
enum Limits {
  static let benchmarks = [
    Benchmark(names: ["limit.clock"]) { _ in
      let clock = SystemClock()
      let limit = clock.now().advanced(by: .seconds(3600))
      return [Figure("limit.clock", .nanoseconds, await samples { clock.now().isBefore(limit) })]
    },
    // Of a correct read: the clock through its port, and one atomic load.
    Benchmark(names: ["limit.borrow"]) { _ in
      let clock: any Ports.Clock = SystemClock()
      let limit = clock.now().advanced(by: .seconds(3600))
      let published = Published()
      return [
        Figure(
          "limit.borrow", .nanoseconds,
          await samples { published.flag.load(ordering: .acquiring) && clock.now().isBefore(limit) })
      ]
    },
  ]

  private final class Published: Sendable {
    let flag = Atomic(true)
  }

  @MainActor
  private static func samples(_ isFresh: @escaping () -> Bool) async -> [Double] {
    let loop = { (calls: Int) in
      var fresh = 0
      for _ in 0..<calls where isFresh() { fresh += 1 }
      precondition(fresh == calls, "the clock jumped")
    }
    let calls = callsPerRound(loop)
    return await rounds {
      let began = nanoseconds()
      loop(calls)
      return (nanoseconds() - began) / Double(calls)
    }
  }
}
