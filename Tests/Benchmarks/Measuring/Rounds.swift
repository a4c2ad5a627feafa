import Glibc

/// What `body` measures in each of `count` rounds, after some that do not count.
@MainActor
func rounds(
  _ count: Int = 7, warmUp: Int = 1, _ body: @MainActor () async throws -> Double
) async rethrows -> [Double] {
  for _ in 0..<warmUp { _ = try await body() }
  var samples: [Double] = []
  for _ in 0..<count { samples.append(try await body()) }
  return samples
}

/// Nanoseconds of the monotonic clock.
func nanoseconds() -> Double {
  var time = timespec()
  unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

/// How many calls of a loop take about a tenth of a second.
func callsPerRound(_ loop: (Int) -> Void) -> Int {
  var calls = 1000
  while true {
    let began = nanoseconds()
    loop(calls)
    let took = nanoseconds() - began
    if took > 5e6 { return Int(Double(calls) * 1e8 / took) }
    calls *= 4
  }
}
