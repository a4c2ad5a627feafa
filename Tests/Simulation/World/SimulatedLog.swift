import ServiceTokenDomain
import ServiceTokenPorts

/// Takes the client's events and shows them to the observer.
final class SimulatedLog: Ports.Logger, @unchecked Sendable {
  private let world: World

  init(_ world: World) { self.world = world }

  func log(_ event: LogEvent) {
    world.observer.logged(event)
    world.interrupt()
  }
}
