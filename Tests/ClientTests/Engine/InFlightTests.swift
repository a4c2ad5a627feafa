import ServiceTokenInMemory
import ServiceTokenPorts
import TestSupport
import Testing

@testable import ServiceTokenClient

/// What is in flight, by itself: everything happens within the call that brings it about.
@Suite struct InFlightTests {
  private let inFlight = InFlight()
  private let clock = ManualClock()

  /// Drains, and opens the gate when that is over.
  private func drain(within limit: Duration) -> AsyncGate {
    let end = AsyncGate()
    Task(executorPreference: AtOnce()) { [inFlight, clock] in
      await inFlight.drain(within: limit, clock)
      end.open()
    }
    return end
  }

  @Test("Shutdown waits for the last of those who were let in and of what they began, and lets nobody in meanwhile")
  func waits() {
    #expect(inFlight.enter())
    #expect(inFlight.enter())
    let work = inFlight.begin(Ports.Cancellation())
    inFlight.close()
    let end = drain(within: .seconds(1))
    #expect(!inFlight.enter())
    #expect(!end.isOpen)
    inFlight.leave()
    #expect(!end.isOpen)
    // Who was let in may still begin something.
    let later = inFlight.begin(Ports.Cancellation())
    inFlight.leave()
    #expect(!end.isOpen)
    inFlight.end(work)
    #expect(!end.isOpen)
    inFlight.end(later)
    #expect(end.isOpen)
    #expect(clock.sleeperCount == 0)
  }

  @Test("Shutdown waits for nobody where nothing is in flight")
  func nobody() {
    inFlight.close()
    let end = drain(within: .seconds(1))
    #expect(end.isOpen)
  }

  @Test("Shutdown waits no longer than it may")
  func limit() {
    #expect(inFlight.enter())
    inFlight.close()
    let end = drain(within: .seconds(1))
    clock.advance(by: .milliseconds(999))
    #expect(!end.isOpen)
    clock.advance(by: .milliseconds(1))
    #expect(end.isOpen)
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
