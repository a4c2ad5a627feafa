import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenPorts
import TestSupport
import Testing

@Suite("What a transport brings back", .timeLimit(.minutes(2)))
struct AnswerTests {
  @Test("S4: status, fields and body come back as they were sent", arguments: Transport.allCases)
  func exactAnswer(transport: Transport) async throws {
    let body = (0...255).map { UInt8($0) }
    let server = try LoopbackServer { _ in
      .answer(418, headers: [("Retry-After", "7"), ("X-Empty", ""), ("X-Colon", "a:b: c")], body: body)
    }
    let response = try await transport.make().send(.post(server.url), timeout: ample)
    #expect(response.status == 418)
    #expect(response.headers["retry-after"] == "7")
    #expect(response.headers["X-Colon"] == "a:b: c")
    #expect(response.body == body)
    #expect(response.end == .complete)
    #expect(response.timeToHead.map { $0 > .zero } == true)
  }

  @Test("S4: a body in chunks is put together", arguments: Transport.allCases)
  func chunks(transport: Transport) async throws {
    let server = try LoopbackServer { _ in
      .raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n")
    }
    let response = try await transport.make().send(.post(server.url), timeout: ample)
    #expect(String(decoding: response.body, as: UTF8.self) == "abcdefg")
  }

  @Test("R2: interim answers are not the answer", arguments: Transport.allCases)
  func interim(transport: Transport) async throws {
    let server = try LoopbackServer { _ in
      .raw("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nX-Hint: 1\r\n\r\n").then(.ok(json: "{}"))
    }
    let response = try await transport.make().send(.post(server.url), timeout: ample)
    #expect(response.status == 200)
    #expect(String(decoding: response.body, as: UTF8.self) == "{}")
    if transport.isExact { #expect(response.headers["X-Hint"] == nil) }
  }

  @Test("S4: of a 2xx body 1 MiB is read while it comes, and no more", arguments: Transport.allCases)
  func endlessSuccess(transport: Transport) async throws {
    let server = try tooLong(200, transport, [UInt8](repeating: 0x61, count: 2_000_000))
    let response = try await transport.make().send(.post(server.url), timeout: ample)
    #expect(response.status == 200)
    #expect(response.end == .tooLong)
    #expect(response.body.count == 1_048_576)
    if transport.isExact { await server.connectionClosed(1) }
  }

  @Test(
    "R5: of any other body 16 KiB are read while it comes, and no more", arguments: Transport.allCases, [400, 503])
  func endlessFailure(transport: Transport, status: Int) async throws {
    let server = try tooLong(status, transport, [UInt8](repeating: 0x61, count: 20_000))
    let response = try await transport.make().send(.post(server.url), timeout: ample)
    #expect(response.status == status)
    #expect(response.end == .tooLong)
    #expect(response.body.count == 16_384)
    if transport.isExact { await server.connectionClosed(1) }
  }

  @Test("S4: a body of exactly the limit is whole", arguments: Transport.allCases)
  func exactlyTheLimit(transport: Transport) async throws {
    let server = try LoopbackServer { request in
      .answer(200, body: [UInt8](repeating: 0x61, count: request.path == "/over" ? 1_048_577 : 1_048_576))
    }
    let http = transport.make()
    let fits = try await http.send(.post("\(server.url)/fits"), timeout: ample)
    #expect(fits.end == .complete)
    #expect(fits.body.count == 1_048_576)
    let over = try await http.send(.post("\(server.url)/over"), timeout: ample)
    #expect(over.end == .tooLong)
    #expect(over.body.count == 1_048_576)
  }

  /// An answer that never ends, or on the transport that cannot end it one that ends beyond the limit.
  private func tooLong(_ status: Int, _ transport: Transport, _ chunk: [UInt8]) throws -> LoopbackServer {
    let isExact = transport.isExact
    return try LoopbackServer { _ in isExact ? .flood(status, chunk: chunk) : .answer(status, body: chunk) }
  }
}
