import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenPorts
import TestSupport
import Testing

@Suite("What a transport sends", .timeLimit(.minutes(2)))
struct RequestTests {
  @Test("S2: a request goes out byte for byte as given", arguments: Transport.allCases)
  func exactRequest(transport: Transport) async throws {
    let server = try LoopbackServer { _ in .answer(204) }
    let body = (0...255).map { UInt8($0) } + Array("\r\n\r\n".utf8)
    let request = HTTPRequest.post("\(server.url)/a%2Fb/c;d=%20?x=1&y=%C3%A9+z", body: body)
    let response = try await transport.make().send(request, timeout: ample)
    #expect(response.status == 204)

    let received = try #require(server.requests.first)
    #expect(received.method == "POST")
    #expect(received.target == "/a%2Fb/c;d=%20?x=1&y=%C3%A9+z")
    #expect(received.body == body)
    for field in request.headers { #expect(received.headers.values(of: field.name) == [field.value]) }
    #expect(received.headers["Content-Length"] == "\(body.count)")
    #expect(received.headers["Host"] == "\(server.host):\(server.port)")
    #expect(received.headers["Expect"] == nil)
    if transport.isExact { #expect(received.headers.count == request.headers.count + 2) }
  }

  @Test("S2: every method goes out as it is", arguments: Transport.allCases, ["GET", "POST", "PUT", "DELETE", "PURGE"])
  func methods(transport: Transport, method: String) async throws {
    let server = try LoopbackServer { _ in .answer(200, body: [1, 2, 3]) }
    let response = try await transport.make().send(
      HTTPRequest(method: method, url: "\(server.url)/m"), timeout: ample)
    #expect(response.body == [1, 2, 3])
    #expect(server.requests.map(\.method) == [method])
    #expect(server.requests.first?.body == [])
    if transport.isExact { #expect(server.requests.first?.headers["Accept"] == nil) }
  }

  @Test("S2: the answer to HEAD has no body", arguments: Transport.allCases)
  func head(transport: Transport) async throws {
    let server = try LoopbackServer { _ in .raw("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n") }
    let response = try await transport.make().send(HTTPRequest(method: "HEAD", url: server.url), timeout: ample)
    #expect(response.status == 200)
    #expect(response.body == [])
    #expect(response.end == .complete)
  }

  @Test("S4: a header field with a line break is refused, so that a token cannot forge another field")
  func forgedField() async throws {
    for transport in Transport.exact {
      let server = try LoopbackServer { _ in .answer(200) }
      var request = HTTPRequest.post(server.url)
      request.headers["Authorization"] = "Bearer canary-token-1\r\nX-Forged: 1"
      let failure = try await transport.make().failure(of: request)
      #expect(failure?.kind == .other)
      #expect(failure?.text.contains("canary") == false)
      #expect(server.facts.connections == 0)
    }
  }

  @Test("C2: requests one after another share a connection", arguments: Transport.allCases)
  func reuse(transport: Transport) async throws {
    let server = try LoopbackServer { _ in .ok(json: "{}") }
    let http = transport.make()
    for _ in 1...20 { #expect(try await http.send(.post(server.url), timeout: ample).status == 200) }
    #expect(server.requests.count == 20)
    #expect(server.facts.connections == 1)
  }

  @Test(
    "R2: a kept connection that the server closed costs no attempt", arguments: Transport.exact)
  func closedWhileKept(transport: Transport) async throws {
    let server = try LoopbackServer { _ in .ok(json: "{}").then(.close) }
    let http = transport.make()
    for _ in 1...20 { #expect(try await http.send(.post(server.url), timeout: ample).status == 200) }
    #expect(server.requests.count == 20)
  }

  @Test("S8: a hundred requests are in flight at once before any is answered", arguments: Transport.allCases)
  func hundredAtOnce(transport: Transport) async throws {
    let gate = LoopbackServer.Gate()
    let server = try LoopbackServer { _ in .ok(json: "{}").after(gate) }
    let http = transport.make()
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 1...100 { group.addTask { try await http.send(.post(server.url), timeout: ample).status } }
      await server.requestsReached(100)
      #expect(server.facts.connections == 100)
      gate.open()
      for try await status in group { #expect(status == 200) }
    }
  }

  @Test("S2: no cookie is kept, and none is sent", arguments: Transport.allCases)
  func cookies(transport: Transport) async throws {
    let server = try LoopbackServer { _ in
      .answer(200, headers: [("Set-Cookie", "session=canary-token-cookie; Path=/")])
    }
    let http = transport.make()
    for _ in 1...3 { _ = try await http.send(.post(server.url), timeout: ample) }
    #expect(server.requests.count == 3)
    #expect(server.requests.allSatisfy { $0.headers["Cookie"] == nil })
  }

  @Test(
    "R3: a challenge is not answered", arguments: Transport.allCases,
    ["Basic realm=\"x\"", "Negotiate", "Digest realm=\"x\", nonce=\"1\""])
  func challenge(transport: Transport, challenge: String) async throws {
    let server = try LoopbackServer { _ in
      .answer(401, headers: [("WWW-Authenticate", challenge)], body: Array(#"{"error":"invalid_client"}"#.utf8))
    }
    let request = HTTPRequest.post(server.url)
    let response = try await transport.make().send(request, timeout: ample)
    #expect(response.status == 401)
    #expect(response.end == .complete)
    #expect(String(decoding: response.body, as: UTF8.self) == #"{"error":"invalid_client"}"#)
    #expect(server.requests.map { $0.headers["Authorization"] } == [request.headers["Authorization"]])
  }
}
