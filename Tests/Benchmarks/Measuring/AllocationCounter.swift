import BenchmarkShims

/// How many blocks of memory this process asks for; `Shims` says how they are counted.
enum AllocationCounter {
  /// The allocations while `body` runs, on whatever thread.
  static func count(_ body: () -> Void) -> Int {
    benchmark_count_allocations(true)
    body()
    benchmark_count_allocations(false)
    return benchmark_allocations()
  }
}
