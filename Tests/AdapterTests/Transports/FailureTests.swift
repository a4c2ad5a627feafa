import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenPorts
import TestSupport
import Testing

/// By how much a timer that counts whole milliseconds may be early.
private let grain = Duration.milliseconds(5)

@Suite("How a transport fails", .timeLimit(.minutes(2)))
struct FailureTests {
  @Test("R2: a body that breaks off is an answer that broke off", arguments: Transport.allCases)
  func tornBody(transport: Transport) async throws {
    let server = try LoopbackServer { _ in
      .raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc").then(.close)
    }
    let response = try await transport.make().send(.post(server.url), timeout: ample)
    #expect(response.status == 200)
    #expect(String(decoding: response.body, as: UTF8.self) == "abc")
    #expect(response.end.failure?.kind == .brokenOff)
  }

  @Test("R5: a status stands whatever becomes of its body", arguments: Transport.allCases)
  func tornFailureBody(transport: Transport) async throws {
    let server = try LoopbackServer { _ in
      .raw("HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab").then(.reset)
    }
    let response = try await transport.make().send(.post(server.url), timeout: ample)
    #expect(response.status == 403)
    #expect(response.end != .complete)
  }

  @Test("R2: a connection that ends before the head is a failure", arguments: Transport.allCases, [true, false])
  func noHead(transport: Transport, resets: Bool) async throws {
    let server = try LoopbackServer { _ in resets ? .reset : .close }
    let failure = try #require(try await transport.make().failure(of: .post(server.url)))
    // URLSession on Linux cannot tell an answer that never came from one that is none.
    #expect(failure.kind == .brokenOff || failure.kind == .malformed && !transport.isExact, "\(failure)")
    #expect(server.requests.count == 1)
  }

  @Test("R2: an answer that ends in the middle of its head is a failure", arguments: Transport.exact)
  func tornHead(transport: Transport) async throws {
    let server = try LoopbackServer { _ in .raw("HTTP/1.1 200 OK\r\nContent-Le").then(.close) }
    #expect(try await transport.make().failure(of: .post(server.url))?.kind == .brokenOff)
  }

  @Test("R2: a port where nobody listens is a failure to connect", arguments: Transport.allCases)
  func refused(transport: Transport) async throws {
    let port = try DeafPort()
    #expect(try await transport.make().failure(of: .post(port.url))?.kind == .connect)
  }

  @Test("R2: a host without an address is a failure of name resolution", arguments: Transport.allCases)
  func unknownHost(transport: Transport) async throws {
    let failure = try await transport.make().failure(of: .post("http://nonexistent.invalid/"))
    #expect(failure?.kind == .nameResolution)
  }

  @Test("R2: an answer that is not HTTP is a failure, and its text quotes nothing of it", arguments: Transport.allCases)
  func garbage(transport: Transport) async throws {
    let server = try LoopbackServer { _ in .raw("canary-token-garbage: what a strange answer\r\n\r\n").then(.close) }
    let failure = try #require(try await transport.make().failure(of: .post(server.url)))
    if transport.isExact { #expect(failure.kind == .malformed) }
    #expect(!failure.description.contains("canary"))
  }

  @Test("C2: a silent server meets the deadline", arguments: Transport.allCases)
  func silence(transport: Transport) async throws {
    let server = try LoopbackServer { _ in .never }
    try await expectTimeOut(transport, server, after: .milliseconds(300))
  }

  @Test("C2: a head that trickles meets the deadline", arguments: Transport.exact)
  func tricklingHead(transport: Transport) async throws {
    let server = try LoopbackServer { _ in
      .answer(200, headers: [("X-Long", String(repeating: "a", count: 1000))]).trickled(every: .milliseconds(50))
    }
    try await expectTimeOut(transport, server, after: .milliseconds(300))
  }

  @Test("C2: a body that trickles meets the deadline, and is an answer that broke off", arguments: Transport.allCases)
  func tricklingBody(transport: Transport) async throws {
    let server = try LoopbackServer { _ in
      .raw("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        .then(.raw([UInt8](repeating: 0x61, count: 1000)).trickled(every: .milliseconds(50)))
    }
    let start = ContinuousClock.now
    let response = try await transport.make().send(.post(server.url), timeout: .seconds(2))
    #expect(ContinuousClock.now - start >= .seconds(2) - grain)
    #expect(response.status == 200)
    #expect(response.body.count < 1000)
    #expect(response.end.failure?.kind == .timeOut)
  }

  private func expectTimeOut(_ transport: Transport, _ server: LoopbackServer, after timeout: Duration) async throws {
    let start = ContinuousClock.now
    let failure = try await transport.make().failure(of: .post(server.url), timeout: timeout)
    #expect(failure?.kind == .timeOut)
    #expect(ContinuousClock.now - start >= timeout - grain)
  }
}

extension HTTPResponse.End {
  var failure: TransportFailure? {
    if case .brokenOff(let failure) = self { failure } else { nil }
  }
}
