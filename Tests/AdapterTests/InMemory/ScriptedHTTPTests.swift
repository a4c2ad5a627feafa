import ServiceTokenDomain
import ServiceTokenInMemory
import Testing

@Suite("Scripted HTTP", .timeLimit(.minutes(1)))
struct ScriptedHTTPTests {
  private func request(_ path: String = "") -> HTTPRequest {
    HTTPRequest(method: "POST", url: "https://mc.example/\(path)", body: Array("canary-token-1".utf8))
  }

  @discardableResult
  private func send(_ path: String = "", over http: ScriptedHTTP) async throws -> HTTPResponse {
    try await http.send(request(path), timeout: .seconds(10))
  }

  @Test("Replies come in order, and requests are kept")
  func repliesInOrder() async throws {
    let broken = TransportFailure(.connect, "refused")
    let http = ScriptedHTTP([.answer(HTTPResponse(status: 503)), .failure(broken), .answer(HTTPResponse(status: 200))])
    #expect(try await send("a", over: http).status == 503)
    await #expect(throws: broken) { try await send("b", over: http) }
    #expect(try await send("c", over: http).status == 200)
    #expect(http.requests == [request("a"), request("b"), request("c")])
    #expect(try await http.request(2) == request("b"))
  }

  @Test("A script that has run out says so")
  func runsOut() async throws {
    let http = ScriptedHTTP([.answer(HTTPResponse(status: 200))])
    try await send(over: http)
    await #expect(throws: TransportFailure(.other, "the script has no reply for request 2")) {
      try await send(over: http)
    }
    #expect(http.requests.count == 2)
  }

  @Test("A closure gets each request and its number")
  func asksAClosure() async throws {
    let http = ScriptedHTTP { request, number in
      HTTPResponse(status: 200 + number, body: Array(request.url.utf8))
    }
    #expect(try await send("a", over: http) == HTTPResponse(status: 201, body: Array("https://mc.example/a".utf8)))
    #expect(try await send("b", over: http).status == 202)
  }

  @Test("A held request waits for its answer, and the test for the request")
  func holds() async throws {
    let held = ScriptedHTTP.Held()
    let http = ScriptedHTTP([.hold(held)])
    let answer = Task { try await send("a", over: http) }
    #expect(try await http.request(1) == request("a"))
    held.answer(HTTPResponse(status: 204))
    held.answer(HTTPResponse(status: 500))
    #expect(try await answer.value.status == 204)
    #expect(http.cancelledCount == 0)
  }

  @Test("A held request can be failed, also before it is sent")
  func failsHeld() async throws {
    let held = ScriptedHTTP.Held()
    held.fail(TransportFailure(.timeOut))
    await #expect(throws: TransportFailure(.timeOut)) { try await send(over: ScriptedHTTP([.hold(held)])) }
  }

  @Test("R6: a held request whose task is cancelled gets the cancellation and is counted")
  func cancelsHeld() async throws {
    let held = ScriptedHTTP.Held()
    let http = ScriptedHTTP([.hold(held), .answer(HTTPResponse(status: 200))])
    let answer = Task { try await send(over: http) }
    _ = try await http.request(1)
    answer.cancel()
    try await http.cancelled(1)
    await #expect(throws: CancellationError.self) { try await answer.value }
    #expect(http.cancelledCount == 1)
    held.answer(HTTPResponse(status: 200))
    #expect(try await send(over: http).status == 200)
    #expect(http.cancelledCount == 1)
  }

  @Test("S13: a task cancelled before the call sends nothing and is not counted")
  func sendsNothingWhenCancelled() async throws {
    let http = ScriptedHTTP([.answer(HTTPResponse(status: 200))])
    await #expect(throws: CancellationError.self) { try await cancelled { try await send(over: http) } }
    #expect(http.requests.isEmpty)
    #expect(http.cancelledCount == 0)
  }

  @Test("Who stops waiting for a request gets the cancellation")
  func cancelsTheWait() async throws {
    let http = ScriptedHTTP([])
    let request = Task { try await http.request(1) }
    let cancellation = Task { try await http.cancelled(1) }
    request.cancel()
    cancellation.cancel()
    await #expect(throws: CancellationError.self) { try await request.value }
    await #expect(throws: CancellationError.self) { try await cancellation.value }
  }

  @Test("Requests of many tasks are all numbered and kept")
  func servesManyTasks() async throws {
    let http = ScriptedHTTP { _, number in HTTPResponse(status: number) }
    let numbers = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 1...200 { group.addTask { try await send(over: http).status } }
      return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
    }
    #expect(numbers == Set(1...200))
    #expect(http.requests.count == 200)
  }

  @Test("Log: no dump or description of it shows a body")
  func isSilent() async throws {
    let http = ScriptedHTTP([.answer(HTTPResponse(status: 200, body: Array("canary-token-2".utf8)))])
    try await send(over: http)
    #expect(!shows(http, "canary-token-"))
  }
}
