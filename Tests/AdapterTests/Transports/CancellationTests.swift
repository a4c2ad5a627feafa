import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenPorts
import TestSupport
import Testing

@Suite("Cancellation reaches the caller at once", .timeLimit(.minutes(4)))
struct CancellationTests {
  @Test("S13: a task cancelled before sends nothing", arguments: Transport.allCases)
  func cancelledBefore(transport: Transport) async throws {
    let server = try LoopbackServer { _ in .answer(200) }
    let http = transport.make()
    let gate = AsyncStream<Never>.makeStream()
    let task = Task {
      for await _ in gate.stream {}
      return try await http.send(.post("\(server.url)/cancelled"), timeout: ample)
    }
    task.cancel()
    gate.continuation.finish()
    await #expect(throws: CancellationError.self) { try await task.value }
    // Whatever was sent before would have come before this one.
    #expect(try await http.send(.post("\(server.url)/after"), timeout: ample).status == 200)
    #expect(server.requests.map(\.path) == ["/after"])
  }

  @Test("S12: a request cancelled in flight ends in the cancellation", arguments: Transport.allCases)
  func cancelledInFlight(transport: Transport) async throws {
    let server = try LoopbackServer { _ in .never }
    let http = transport.make()
    let task = Task { try await http.send(.post(server.url), timeout: ample) }
    await server.requestsReached(1)
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    if transport.isExact { await server.connectionClosed(1) }
  }

  @Test("R6: a request cancelled in the middle of its body ends in the cancellation", arguments: Transport.allCases)
  func cancelledInBody(transport: Transport) async throws {
    let task = Locked<Task<HTTPResponse, any Error>?>(nil)
    let server = try LoopbackServer { _ in
      .raw("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc").then(.act { task.withLock { $0?.cancel() } })
        .then(.never)
    }
    let http = transport.make()
    let sending = task.withLock { task in
      let sending = Task { try await http.send(.post(server.url), timeout: ample) }
      task = sending
      return sending
    }
    await #expect(throws: CancellationError.self) { try await sending.value }
    if transport.isExact { await server.connectionClosed(1) }
  }

  @Test("S12: others go on when one is cancelled", arguments: Transport.allCases)
  func othersGoOn(transport: Transport) async throws {
    let gate = LoopbackServer.Gate()
    let server = try LoopbackServer { _ in .answer(200).after(gate) }
    let http = transport.make()
    let tasks = (1...10).map { _ in Task { try await http.send(.post(server.url), timeout: ample).status } }
    await server.requestsReached(10)
    for task in tasks.prefix(5) { task.cancel() }
    for task in tasks.prefix(5) { await #expect(throws: CancellationError.self) { try await task.value } }
    gate.open()
    for task in tasks.dropFirst(5) { #expect(try await task.value == 200) }
  }
}
