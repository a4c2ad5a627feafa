/// Figures that come out of one measurement.
struct Benchmark {
  let names: [String]
  let run: @MainActor (Bench) async throws -> [Figure]

  /// All, in the order in which they are printed.
  static let all: [Benchmark] =
    Hits.benchmarks + AsyncHits.benchmarks + Limits.benchmarks + AllocationsPerHit.benchmarks + ColdStart.benchmarks
    + Refresh.benchmarks + Fetches.benchmarks + MemoryUse.benchmarks + Startup.benchmarks
}
