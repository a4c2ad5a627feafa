import ServiceTokenInMemory
import ServiceTokens

/// A clock on which every wait is over at once, and time has passed all the same.
struct HastyClock: Ports.Clock {
  private let clock = ManualClock()

  func now() -> Reading { clock.now() }

  func sleep(for duration: Duration) async throws {
    try Task.checkCancellation()
    clock.advance(by: max(.zero, duration))
  }
}
