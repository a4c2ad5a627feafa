import ServiceTokenDomain
import ServiceTokenPorts
import ServiceTokenSystemClock

/// The system's clock, run `speed` times as fast: an hour's token expires while one watches, by the standard policy.
struct QuickClock: Ports.Clock {
  let speed: Int64
  private let system = SystemClock()
  private let start: Reading

  init(speed: Int64) {
    self.speed = speed
    start = system.now()
  }

  func now() -> Reading {
    let now = system.now()
    return Reading(
      monotonic: start.monotonic + (now.monotonic - start.monotonic) * speed,
      wall: start.wall + (now.wall - start.wall) * speed)
  }

  func sleep(for duration: Duration) async throws { try await system.sleep(for: duration / Int(speed)) }
}
