import ServiceTokenDomain
import ServiceTokenPorts

/// The process's clocks, as the client sees them.
final class SimulatedClock: Ports.Clock, @unchecked Sendable {
  private let world: World

  init(_ world: World) { self.world = world }

  func now() -> Reading {
    world.interrupt()
    return world.timeline.now
  }

  func sleep(for duration: Duration) async throws {
    guard duration > .zero else { return }
    let sleep = world.observer.sleepBegan(duration)
    let parked = Parked<Void>()
    let ticket = world.timeline.after(duration.nanoseconds + world.oversleep()) { parked.resume(with: .success(())) }
    defer { world.timeline.cancel(ticket) }
    do {
      try await parked.value { [world] in
        world.observer.cancelled(sleep)
        parked.resume(with: .failure(CancellationError()))
      }
      world.observer.sleepEnded(sleep, isCancelled: false)
    } catch {
      world.observer.sleepEnded(sleep, isCancelled: true)
      throw error
    }
  }
}
