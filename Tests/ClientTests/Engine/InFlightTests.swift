import ServiceTokenInMemory
import ServiceTokenPorts
import Synchronization
import TestSupport
import Testing

@testable import ServiceTokenClient

/// What is in flight, by itself: everything happens within the call that brings it about.
@Suite struct InFlightTests {
  private let inFlight = InFlight()
  private let clock = ManualClock()

  /// Drains, and says when that is over.
  private func drain(within limit: Duration) -> Flag {
    let isOver = Flag()
    Task(executorPreference: AtOnce()) { [inFlight, clock] in
      await inFlight.drain(within: limit, clock)
      isOver.raise()
    }
    return isOver
  }

  @Test("Shutdown waits for the last of those who were let in and of what they began, and lets nobody in meanwhile")
  func waits() {
    #expect(inFlight.enter())
    #expect(inFlight.enter())
    let work = inFlight.begin(Ports.Cancellation())
    inFlight.close()
    let isOver = drain(within: .seconds(1))
    #expect(!inFlight.enter())
    #expect(!isOver.isRaised)
    inFlight.leave()
    #expect(!isOver.isRaised)
    // Who was let in may still begin something.
    let later = inFlight.begin(Ports.Cancellation())
    inFlight.leave()
    #expect(!isOver.isRaised)
    inFlight.end(work)
    #expect(!isOver.isRaised)
    inFlight.end(later)
    #expect(isOver.isRaised)
    #expect(clock.sleeperCount == 0)
  }

  @Test("Shutdown waits for nobody where nothing is in flight")
  func nobody() {
    inFlight.close()
    let isOver = drain(within: .seconds(1))
    #expect(isOver.isRaised)
  }

  @Test("Shutdown waits no longer than it may")
  func limit() {
    #expect(inFlight.enter())
    inFlight.close()
    let isOver = drain(within: .seconds(1))
    clock.advance(by: .milliseconds(999))
    #expect(!isOver.isRaised)
    clock.advance(by: .milliseconds(1))
    #expect(isOver.isRaised)
  }

  @Test("Shutdown cancels what has not ended, and what is begun after that by those who were let in")
  func cancels() {
    let (ended, begun, late) = (Ports.Cancellation(), Ports.Cancellation(), Ports.Cancellation())
    #expect(inFlight.enter())
    inFlight.end(inFlight.begin(ended))
    let work = inFlight.begin(begun)
    inFlight.close()
    #expect(!begun.isCancelled)
    inFlight.cancelAll()
    #expect(begun.isCancelled)
    #expect(!ended.isCancelled)
    inFlight.end(inFlight.begin(late))
    #expect(late.isCancelled)
    inFlight.end(work)
    inFlight.leave()
  }
}

/// Raised once.
private final class Flag: Sendable {
  private let value = Atomic(false)
  var isRaised: Bool { value.load(ordering: .acquiring) }
  func raise() { value.store(true, ordering: .releasing) }
}
