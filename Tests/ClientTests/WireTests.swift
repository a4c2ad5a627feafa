import ServiceTokenClient
import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenPorts
import ServiceTokenSystemClock
import TestSupport
import Testing

@Suite("The client on a real socket")
struct WireTests {
  /// A client of `server`, with real time; `joined` sees who begins to wait.
  private func client(
    of server: LoopbackServer, _ transport: Transport, joined: Joined = Joined(), logger: any Ports.Logger = Silent()
  ) throws -> ServiceTokenClient {
    var configuration = try ServiceTokenClient.Configuration(issuer: server.url, clientID: "visionA")
    // The server holds answers until everybody waits, which on a busy machine takes longer than SPEC's 10 s, or for ever.
    let patient = RetryPolicy(attemptTimeout: .seconds(600), totalTimeout: .seconds(600))
    configuration.serviceTokenEndpoint.retryPolicy = patient
    configuration.delegatedDownloadEndpoint.retryPolicy = patient
    return ServiceTokenClient(
      configuration: configuration, http: transport.make(),
      secrets: Secret(Canary.secret), clock: SystemClock(), logger: logger,
      waiterJoined: { joined.note($0, $1) })
  }

  private static let tokenAnswer = LoopbackServer.Reply.ok(
    json: #"{"access_token":"\#(Canary.token("wire"))","token_type":"Bearer","expires_in":3600}"#)

  @Test(
    "S10: the server holds its answer until 10,000 callers wait: 1 request", arguments: Transport.allCases,
    [true, false])
  func tenThousand(transport: Transport, succeeds: Bool) async throws {
    let gate = LoopbackServer.Gate()
    let server = try LoopbackServer { _ in (succeeds ? Self.tokenAnswer : .answer(403)).after(gate) }
    let joined = Joined()
    let client = try client(of: server, transport, joined: joined)
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<10_000 { group.addTask { (try? await client.token(for: jobs)) != nil } }
      await joined.reached(10_000, for: jobs, of: client)
      gate.open()
      for await success in group { #expect(success == succeeds) }
    }
    #expect(server.requests.count == 1)
  }

  @Test(
    "S8: 100 scopes of 100 callers, no answer before all 100 requests are in flight: 100 requests",
    arguments: Transport.allCases, [true, false])
  func hundredTimesHundred(transport: Transport, succeeds: Bool) async throws {
    let gate = LoopbackServer.Gate()
    let server = try LoopbackServer { _ in (succeeds ? Self.tokenAnswer : .answer(403)).after(gate) }
    let joined = Joined()
    let client = try client(of: server, transport, joined: joined)
    let requests = try (0..<100).map { TokenRequest(scope: try Scope("scope-\($0)")) }
    await withTaskGroup(of: Bool.self) { group in
      for request in requests {
        for _ in 0..<100 { group.addTask { (try? await client.token(for: request)) != nil } }
      }
      await server.requestsReached(100)
      for request in requests { await joined.reached(100, for: request, of: client) }
      gate.open()
      for await success in group { #expect(success == succeeds) }
    }
    #expect(server.requests.count == 100)
  }

  @Test("S12: all waiters cancelled: each returns at once, and the request on the wire is cancelled")
  func allLeave() async throws {
    for transport in Transport.allCases where transport.isExact {
      let server = try LoopbackServer { _ in .never }
      let joined = Joined()
      let client = try client(of: server, transport, joined: joined)
      let tasks = (0..<1000).map { _ in Task { try await client.token(for: jobs) } }
      await joined.reached(1000, for: jobs, of: client)
      await server.requestsReached(1)
      for task in tasks { task.cancel() }
      for task in tasks { await #expect(throws: CancellationError.self) { try await task.value } }
      await server.connectionClosed(1)
    }
  }

  @Test(
    "R6: a shutdown ends the calls that are in flight, on the wire too, and their callers' tasks go on",
    .timeLimit(.minutes(1)))
  func shutdown() async throws {
    for transport in Transport.allCases {
      let server = try LoopbackServer { request in request.path == "/oauth/token" ? Self.tokenAnswer : .never }
      let client = try client(of: server, transport)
      await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<16 {
          group.addTask {
            let error = await #expect(throws: ServiceTokenError.self) { try await client.downloadToken(for: report) }
            return error?.code == .shutDown && !Task.isCancelled
          }
        }
        await server.requestsReached(17)
        await client.shutdown(within: .zero)
        for await isRight in group { #expect(isRight) }
      }
      if transport.isExact { await server.connectionClosed(16) }
    }
  }

  @Test(
    "R4: 64 concurrent downloads against 302: 64 clear errors, nothing reaches the target",
    arguments: Transport.allCases)
  func redirects(transport: Transport) async throws {
    let target = try LoopbackServer { _ in Self.tokenAnswer }
    let server = try LoopbackServer { request in
      request.path == "/oauth/token"
        ? Self.tokenAnswer
        : .answer(302, headers: [("Location", "\(target.url)/files/x?access_token=\(Canary.token("echo"))")])
    }
    let client = try client(of: server, transport)
    await withTaskGroup(of: ServiceTokenError?.self) { group in
      for _ in 0..<64 {
        group.addTask {
          do {
            _ = try await client.downloadToken(for: report)
            return nil
          } catch {
            return error as? ServiceTokenError
          }
        }
      }
      for await error in group {
        #expect((error?.code, error?.status, error?.attempts) == (.downloadTokenFailed, 302, 1))
        #expect(error?.redirectTarget == "\(target.url)/files/x")
      }
    }
    #expect(server.requests.count == 65)
    #expect(target.facts.connections == 0)
  }

  @Test(
    "D7: a service token that the server revoked is dropped, and the download made once more",
    arguments: Transport.allCases)
  func recovery(transport: Transport) async throws {
    let server = try LoopbackServer { request in
      if request.path == "/oauth/token" {
        return .ok(
          json: #"{"access_token":"\#(Canary.token(request.number))","token_type":"Bearer","expires_in":"3600"}"#)
      }
      return request.headers["Authorization"] == "Bearer \(Canary.token(1))"
        ? .answer(401) : .ok(json: #"{"token":"\#(Canary.token("file"))","expires_in_seconds":60}"#)
    }
    let client = try client(of: server, transport)
    _ = try await client.token(for: delegation)
    #expect(try await client.downloadToken(for: report).value == Secret(Canary.token("file")))
    #expect(
      server.requests.map(\.path) == [
        "/oauth/token", "/file-access/download-tokens", "/oauth/token", "/file-access/download-tokens",
      ])
  }
}

/// A logger that drops everything.
struct Silent: Ports.Logger {
  func log(_ event: LogEvent) {}
}
