import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenPorts
import TestSupport
import Testing

@Suite("Redirects are answers", .timeLimit(.minutes(2)))
struct RedirectTests {
  @Test(
    "R4: a redirect is not followed, and nothing reaches its target", arguments: Transport.allCases,
    [301, 302, 303, 307, 308])
  func notFollowed(transport: Transport, status: Int) async throws {
    let target = try LoopbackServer { _ in .answer(200) }
    let server = try LoopbackServer { [url = target.url] _ in
      .answer(status, headers: [("Location", "\(url)/elsewhere")], body: Array("moved".utf8))
    }
    let response = try await transport.make().send(.post(server.url), timeout: ample)
    #expect(response.status == status)
    #expect(response.headers["Location"] == "\(target.url)/elsewhere")
    #expect(server.requests.count == 1)
    #expect(target.facts.connections == 0)
  }

  @Test("R4: a 3xx without Location is an answer", arguments: Transport.allCases)
  func withoutLocation(transport: Transport) async throws {
    let server = try LoopbackServer { _ in .answer(302) }
    #expect(try await transport.make().send(.post(server.url), timeout: ample).status == 302)
    #expect(server.requests.count == 1)
  }

  @Test("R4: 64 redirects at once are 64 answers", arguments: Transport.allCases)
  func manyAtOnce(transport: Transport) async throws {
    let target = try LoopbackServer { _ in .answer(200) }
    let server = try LoopbackServer { [url = target.url] _ in .answer(302, headers: [("Location", url)]) }
    let http = transport.make()
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 1...64 { group.addTask { try await http.send(.post(server.url), timeout: ample).status } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses == Array(repeating: 302, count: 64))
    #expect(server.requests.count == 64)
    #expect(target.facts.connections == 0)
  }
}
