import ServiceTokenDomain
import ServiceTokenInMemory
import Testing

@Suite("The recording observer", .timeLimit(.minutes(5)))
struct RecordingObserverTests {
  @Test("It keeps events in order, and one can be awaited, whether it came before or comes after")
  func keepsEvents() async throws {
    let observer = RecordingObserver()
    let events = [ClientEvent.Kind.miss, .fetched, .miss].enumerated().map { number, kind in
      ClientEvent(kind, endpoint: .serviceToken, duration: .seconds(number))
    }
    async let second = observer.event(.miss, number: 2)
    events.forEach(observer.observe)
    #expect(observer.events == events)
    #expect(try await second == events[2])
    #expect(try await observer.event(.fetched) == events[1])
  }
}
