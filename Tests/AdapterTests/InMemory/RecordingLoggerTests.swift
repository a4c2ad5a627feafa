import ServiceTokenDomain
import ServiceTokenInMemory
import Testing

@Suite("The recording logger", .timeLimit(.minutes(1)))
struct RecordingLoggerTests {
  private let logger = RecordingLogger()

  private func event(_ name: String, _ number: Int = 0, level: LogEvent.Level = .debug) -> LogEvent {
    LogEvent(name: name, level: level, fields: [.init("attempt", .int(number))])
  }

  @Test("It keeps events of every level in order")
  func keepsEvents() {
    let events = [event("a", 1), event("b", 2, level: .warning), event("a", 3, level: .info)]
    events.forEach(logger.log)
    #expect(logger.events == events)
    #expect(logger.events(named: "a") == [events[0], events[2]])
    #expect(logger.events(named: "c").isEmpty)
  }

  @Test("This package's events are found by their names, and others' are left out of those")
  func names() async throws {
    let events = [
      LogEvent(.success, endpoint: .serviceToken), event("a"), LogEvent(.obtained, endpoint: .serviceToken),
    ]
    events.forEach(logger.log)
    #expect(logger.names == [.success, .obtained])
    #expect(logger.events(.obtained) == [events[2]])
    #expect(try await logger.event(.success) == events[0])
  }

  @Test("An event can be awaited, whether it came before or comes after")
  func awaitsAnEvent() async throws {
    logger.log(event("a", 1))
    logger.log(event("a", 2))
    #expect(try await logger.event(named: "a") == event("a", 1))
    async let later = logger.event(named: "b")
    logger.log(event("c"))
    logger.log(event("b", 3))
    #expect(try await later == event("b", 3))
  }

  @Test("What was forgotten is not found any more")
  func forgets() async throws {
    logger.log(event("a", 1))
    logger.removeAll()
    #expect(logger.events.isEmpty)
    async let later = logger.event(named: "a")
    logger.log(event("a", 2))
    #expect(try await later == event("a", 2))
  }

  @Test("Who stops waiting for an event gets the cancellation")
  func cancels() async {
    let task = Task { [logger] in try await logger.event(named: "a") }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test("It keeps the promises of its port")
  func conforms() async {
    #expect(await Conformance.check(logger: logger) == [])
  }
}
