import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenPorts
import TestSupport
import Testing

/// That these are failures at all is every transport's to owe; what they are called is these transports' own.
@Suite("What a transport calls a failure", .timeLimit(.minutes(2)))
struct FailureKindTests {
  @Test(
    "R2: an answer that ends before its head has is one that broke off", arguments: Transport.allCases,
    ["close-before-head", "reset-before-head"])
  func noHead(transport: Transport, act: String) async throws {
    let server = try HostileServer()
    let failure = try #require(try await transport.make().failure(of: .post(server.url(of: act))))
    // URLSession on Linux cannot tell an answer that never came from one that is none.
    #expect(failure.kind == .brokenOff || failure.kind == .malformed && !transport.isExact, "\(failure)")
  }

  @Test("R2: so is one that ends in the middle of its head", arguments: Transport.exact)
  func tornHead(transport: Transport) async throws {
    let server = try HostileServer()
    #expect(try await transport.make().failure(of: .post(server.url(of: "close-in-head")))?.kind == .brokenOff)
  }

  @Test("R2: a port where nobody listens is a failure to connect", arguments: Transport.allCases)
  func refused(transport: Transport) async throws {
    let server = try HostileServer()
    #expect(try await transport.make().failure(of: .post(server.url(of: "refuse")))?.kind == .connect)
  }

  @Test("R2: a host without an address is a failure of name resolution", arguments: Transport.allCases)
  func unknownHost(transport: Transport) async throws {
    let failure = try await transport.make().failure(of: .post("http://nonexistent.invalid/"))
    #expect(failure?.kind == .nameResolution)
  }

  @Test(
    "R2: what is no HTTP is malformed", arguments: Transport.exact, ["no-http", "no-head", "status-000", "switching"])
  func garbage(transport: Transport, act: String) async throws {
    let server = try HostileServer()
    #expect(try await transport.make().failure(of: .post(server.url(of: act)))?.kind == .malformed)
  }
}
