import ServiceTokenClient
import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenPorts
import TestSupport
import Testing

@Suite("One call, from its arguments to its answer")
struct CallTests {
  private let unavailable = HTTPResponse(status: 503)

  @Test("R1: three attempts, 1 s and 2 s apart; R7: the last error is the answer, and one event counts them")
  func threeAttempts() async throws {
    let rig = try Rig([.failure(TransportFailure(.connect)), .answer(HTTPResponse(status: 500)), .answer(unavailable)])
    async let outcome = rig.client.token(for: jobs)
    #expect(try await rig.clock.nextSleep() == .seconds(1))
    rig.clock.advance(by: .seconds(1))
    #expect(try await rig.clock.nextSleep() == .seconds(2))
    rig.clock.advance(by: .seconds(2))
    do {
      _ = try await outcome
      Issue.record("three failures gave a token")
    } catch let error as ServiceTokenError {
      #expect((error.code, error.status, error.attempts) == (.idpUnavailable, 503, 3))
    }
    #expect(
      rig.eventNames == [
        "ambiguous_credentials", "network_error", "endpoint_error", "endpoint_error", "retry_exhausted",
      ])
    #expect(rig.logger.events.last?["attempts"] == .int(3))
  }

  @Test("R6: cancelled during the wait between attempts, the caller gets the cancellation and no third request is sent")
  func cancelledWhileWaiting() async throws {
    let rig = try Rig([.answer(.token("service")), .answer(unavailable)])
    let call = Task { try await rig.client.downloadToken(for: report) }
    _ = try await rig.clock.nextSleep()
    call.cancel()
    await #expect(throws: CancellationError.self) { try await call.value }
    #expect(rig.http.requests.count == 2)
  }

  @Test("R6: cancelled on the wire, also at the last attempt, the caller gets the cancellation, never an error of ours")
  func cancelledOnTheWire() async throws {
    let rig = try Rig([
      .answer(.token("service")), .answer(unavailable), .answer(unavailable), .hold(ScriptedHTTP.Held()),
    ])
    let call = Task { try await rig.client.downloadToken(for: report) }
    for _ in 1...2 { rig.clock.advance(by: try await rig.clock.nextSleep()) }
    _ = try await rig.http.request(4)
    call.cancel()
    await #expect(throws: CancellationError.self) { try await call.value }
    #expect(rig.eventNames.last == "ctx_cancelled")
  }

  @Test("R3: after a refusal the secret is read anew, and the request made once more because it differs")
  func rotatedSecret() async throws {
    let rotated = Secret(Canary.secret + "2")
    let secrets = InMemorySecretSource(Secret(Canary.secret))
    let http = ScriptedHTTP { request, number in
      if number == 1 {
        secrets.set(rotated)
        return HTTPResponse(status: 401)
      }
      return .token(number)
    }
    let logger = RecordingLogger()
    let client = ServiceTokenClient(
      configuration: try .init(issuer: "https://member-center.test", clientID: "visionA"), http: http,
      secrets: secrets, clock: ManualClock(), logger: logger)
    #expect(try await client.token(for: jobs).name == "2")
    #expect(http.requests[0].headers["Authorization"] != http.requests[1].headers["Authorization"])
    #expect(secrets.reads == 2)
  }

  @Test("R3: after a refusal with the same secret nothing is sent again", arguments: [401, 403])
  func sameSecret(status: Int) async throws {
    let rig = try Rig([.answer(HTTPResponse(status: status))])
    let error = try await #require(throws: ServiceTokenError.self) { try await rig.client.token(for: jobs) }
    #expect((error.code, error.status, error.attempts) == (.serviceClientUnauthorized, status, 1))
    #expect(rig.secrets.reads == 2)
    #expect(rig.http.requests.count == 1)
  }

  @Test("R3: a secret that cannot be read anew leaves the refusal what it is")
  func rereadFails() async throws {
    let secrets = InMemorySecretSource(Secret(Canary.secret))
    let http = ScriptedHTTP { _, _ in
      secrets.fail(with: ServiceTokenError(.secretUnavailable, "gone"))
      return HTTPResponse(status: 401)
    }
    let client = ServiceTokenClient(
      configuration: try .init(issuer: "https://member-center.test", clientID: "visionA"), http: http,
      secrets: secrets, clock: ManualClock(), logger: RecordingLogger())
    let error = try await #require(throws: ServiceTokenError.self) { try await client.token(for: jobs) }
    #expect((error.code, error.status, error.attempts) == (.serviceClientUnauthorized, 401, 1))
  }

  @Test("R1: a kind that must not be repeated is not, whatever the others do")
  func noRetry() async throws {
    let rig = try Rig([.answer(.token("service")), .answer(unavailable)]) {
      $0.delegatedDownloadEndpoint.retryPolicy = RetryPolicy(maximumAttempts: 1)
    }
    let error = try await #require(throws: ServiceTokenError.self) { try await rig.client.downloadToken(for: report) }
    #expect((error.code, error.attempts) == (.mcTokenUnavailable, 1))
  }

  @Test("R0: a path that cannot go over the wire is never sent, and not retried")
  func impossiblePath() async throws {
    let rig = try Rig([.answer(.token("service"))]) {
      $0.delegatedDownloadEndpoint = DelegatedDownloadEndpoint(path: "/file access\r\nX: y")
    }
    let error = try await #require(throws: ServiceTokenError.self) { try await rig.client.downloadToken(for: report) }
    #expect((error.code, error.attempts) == (.mcTokenUnavailable, 0))
    #expect(rig.http.requests.count == 1)
  }

  @Test("Log: a call that is cancelled before its request goes out was not cancelled on the wire")
  func cancelledBeforeSending() async throws {
    let rig = try Rig([.answer(.token("service"))])
    _ = try await rig.client.token(for: delegation)
    rig.logger.removeAll()
    await #expect(throws: CancellationError.self) {
      try await cancelled { try await rig.client.downloadToken(for: report) }
    }
    #expect(rig.logger.events.isEmpty)
    #expect(rig.http.requests.count == 1)
  }

  @Test("Redaction: what a server echoes of a kind's own secret is in no error")
  func echoOfTheInput() async throws {
    struct Revocation: EndpointKind {
      var name: EndpointName { "revocation" }
      var failureCodes: FailureCodes { .serviceToken }
      func label(for input: Secret) -> EndpointLabel { EndpointLabel("revocation") }
      func authorization(for input: Secret) -> EndpointAuthorization { .none }
      func request(for input: Secret) -> EndpointRequest {
        EndpointRequest(path: "/revoke", content: .form([(name: "token", value: input.expose())]), secrets: [input])
      }
      func read(_ answer: EndpointAnswer, for input: Secret) -> EndpointReading<Bool> { EndpointReading(true) }
    }
    let token = Canary.token("mine")
    let rig = try Rig([.answer(HTTPResponse(status: 400, body: Array(#"{"error":"\#(token)"}"#.utf8)))])
    let error = try await #require(throws: ServiceTokenError.self) {
      try await rig.client.call(Revocation(), Secret(token))
    }
    #expect(error.oauthError == nil)
  }

  @Test(
    "S3: a refusal names the form of client authentication to try",
    arguments: [
      (ClientAuthentication.basicRaw, "basic-encoded"), (.basicEncoded, "basic-raw"),
    ])
  func refusalNamesTheOption(authentication: ClientAuthentication, alternative: String) async throws {
    let rig = try Rig([.answer(HTTPResponse(status: 401))]) { $0.clientAuthentication = authentication }
    let error = try await #require(throws: ServiceTokenError.self) { try await rig.client.token(for: jobs) }
    #expect(error.message.contains("'\(alternative)'"))
  }

  @Test("S3: the warning about ambiguous credentials comes once, at the first fetch")
  func warnsOnce() async throws {
    let rig = try Rig([.answer(.token(1)), .answer(.token(2))])
    _ = try await rig.client.token(for: jobs)
    _ = try await rig.client.token(for: files)
    #expect(rig.eventNames == ["ambiguous_credentials", "success", "obtained", "success", "obtained"])
  }

  @Test("R3: the secret is read anew for every fetch, once, and not at all for a cached token")
  func secretReads() async throws {
    let rig = try Rig([.answer(HTTPResponse(status: 500)), .answer(.token(1)), .answer(.token(2))])
    async let first = rig.client.token(for: jobs)
    rig.clock.advance(by: try await rig.clock.nextSleep())
    _ = try await first
    #expect(rig.secrets.reads == 1)
    _ = try await rig.client.token(for: jobs)
    #expect(rig.secrets.reads == 1)
    _ = try await rig.client.token(for: files)
    #expect(rig.secrets.reads == 2)
  }

  @Test("R3: a secret that cannot be had is its own error, not retried, not cached, nothing sent")
  func secretUnavailable() async throws {
    struct Broken: Error { let detail = Canary.secret }
    let rig = try Rig([.answer(.token(1))])
    rig.secrets.fail(with: Broken())
    let error = try await #require(throws: ServiceTokenError.self) { try await rig.client.token(for: jobs) }
    #expect(error.code == .secretUnavailable)
    #expect(!"\(error) \(String(reflecting: error))".contains(Canary.secret))
    rig.secrets.set(Secret(""))
    let empty = try await #require(throws: ServiceTokenError.self) { try await rig.client.token(for: jobs) }
    #expect(empty.code == .secretUnavailable)
    rig.secrets.set(Secret(Canary.secret))
    #expect(try await rig.client.token(for: jobs).name == "1")
  }

  @Test(
    "D1: an empty tenant, user or key is an argument error: nothing is sent, no service token fetched",
    arguments: [
      DownloadRequest(tenantID: "", userID: "u", objectKey: "k"),
      DownloadRequest(tenantID: "t", userID: "", objectKey: "k"),
      DownloadRequest(tenantID: "t", userID: "u", objectKey: ""),
    ])
  func badDownload(request: DownloadRequest) async throws {
    let rig = try Rig([])
    let error = try await #require(throws: ServiceTokenError.self) { try await rig.client.downloadToken(for: request) }
    #expect(error.code == .invalidArgument)
    #expect(rig.http.requests.isEmpty)
  }

  @Test("D2: the service token comes through the same cache; D6: every download token is signed anew")
  func downloads() async throws {
    let rig = try Rig([.answer(.token("service")), .answer(.download("a")), .answer(.download("b"))])
    #expect(try await rig.client.downloadToken(for: report).value == Secret(Canary.token("a")))
    #expect(try await rig.client.downloadToken(for: report).value == Secret(Canary.token("b")))
    #expect(rig.client.cachedToken(for: delegation)?.name == "service")
    #expect(rig.http.requests.map(\.url).map { $0.hasSuffix("/oauth/token") } == [true, false, false])
  }

  @Test("D2: an error of the service token passes through a download as it is")
  func serviceTokenErrors() async throws {
    let rig = try Rig([.answer(HTTPResponse(status: 400))])
    let error = try await #require(throws: ServiceTokenError.self) { try await rig.client.downloadToken(for: report) }
    #expect((error.code, error.endpoint) == (.idpMisconfigured, .serviceToken))
  }

  @Test("D7: 401 drops the cached service token and the call is made once more with a fresh one")
  func recovers() async throws {
    let rig = try Rig([
      .answer(.token("old")), .answer(HTTPResponse(status: 401)), .answer(.token("new")), .answer(.download("file")),
    ])
    _ = try await rig.client.token(for: delegation)
    #expect(try await rig.client.downloadToken(for: report).value == Secret(Canary.token("file")))
    #expect(rig.http.requests.compactMap { $0.headers["Authorization"] }.last == "Bearer \(Canary.token("new"))")
  }

  @Test("D7: a second 401 is the error, and the token that the recovery fetched stays for 30 s")
  func recoveryIsLimited() async throws {
    let refusal = ScriptedHTTP.Reply.answer(HTTPResponse(status: 401))
    let rig = try Rig([
      .answer(.token("old")), refusal, .answer(.token("new")), refusal,  // recovers, and is refused again
      refusal,  // within 30 s: kept, no recovery
      refusal, .answer(.token("third")), .answer(.download("file")),  // after 30 s
    ])
    _ = try await rig.client.token(for: delegation)
    let error = try await #require(throws: ServiceTokenError.self) { try await rig.client.downloadToken(for: report) }
    #expect((error.code, error.attempts) == (.serviceClientUnauthorized, 2))
    #expect(rig.client.cachedToken(for: delegation)?.name == "new")
    let kept = try await #require(throws: ServiceTokenError.self) { try await rig.client.downloadToken(for: report) }
    #expect(kept.attempts == 1)
    rig.clock.advance(by: .seconds(30))
    #expect(try await rig.client.downloadToken(for: report).value == Secret(Canary.token("file")))
    #expect(rig.http.requests.count == 8)
  }

  @Test("D7: a token that this very call fetched is dropped after 401, and the call is not made again")
  func freshTokenRefused() async throws {
    let rig = try Rig([.answer(.token("service")), .answer(HTTPResponse(status: 401))])
    await #expect(throws: ServiceTokenError.self) { try await rig.client.downloadToken(for: report) }
    #expect(rig.http.requests.count == 2)
    #expect(rig.client.cachedToken(for: delegation) == nil)
  }

  @Test("R0: a request that cannot be built is the endpoint's unavailable error; nothing is sent")
  func unbuildable() async throws {
    struct Unbuildable: EndpointKind {
      struct Reason: Error {}
      var name: EndpointName { "unbuildable" }
      var failureCodes: FailureCodes { .delegatedDownload }
      func label(for input: String) -> EndpointLabel { EndpointLabel(input) }
      func authorization(for input: String) -> EndpointAuthorization { .none }
      func request(for input: String) throws -> EndpointRequest { throw Reason() }
      func read(_ answer: EndpointAnswer, for input: String) -> EndpointReading<Int> { EndpointReading(1) }
    }
    let rig = try Rig([])
    let error = try await #require(throws: ServiceTokenError.self) { try await rig.client.call(Unbuildable(), "x") }
    #expect((error.code, error.attempts) == (.mcTokenUnavailable, 0))
    #expect(rig.http.requests.isEmpty)
  }

  @Test("R2: whatever else a transport throws is retried, and its text is shown nowhere")
  func foreignErrors() async throws {
    struct Foreign: Error, CustomStringConvertible { var description: String { Canary.secret } }
    let rig = try Rig(
      ScriptedHTTP { _, number in
        if number == 1 { throw Foreign() }
        if number == 2 { throw CancellationError() }
        return .token(number)
      })
    async let token = rig.client.token(for: jobs)
    for _ in 1...2 { rig.clock.advance(by: try await rig.clock.nextSleep()) }
    #expect(try await token.name == "3")
    #expect(!"\(rig.logger.events)".contains(Canary.secret))
  }

  @Test("Log: a setting hashes or drops an object key", arguments: UserDataInLogs.allCases)
  func userData(setting: UserDataInLogs) async throws {
    let rig = try Rig([.answer(.token("service")), .answer(.download("a"))]) { $0.userDataInLogs = setting }
    _ = try await rig.client.downloadToken(for: report)
    let label = rig.logger.events.filter { $0["endpoint"] == .string("delegated_download") }.first?["label"]
    switch setting {
    case .shown: #expect(label == .string(report.objectKey))
    case .hashed: #expect(label != nil && label != .string(report.objectKey))
    case .dropped: #expect(label == nil)
    }
  }

  @Test("S2, D3: the requests on the wire are the two of the specification")
  func requests() async throws {
    let rig = try Rig([.answer(.token("service")), .answer(.download("a"))])
    _ = try await rig.client.downloadToken(for: report)
    #expect(
      rig.http.requests.map(\.url) == [
        "https://member-center.test/oauth/token", "https://member-center.test/file-access/download-tokens",
      ])
    #expect(rig.http.requests[1].headers["Authorization"] == "Bearer \(Canary.token("service"))")
  }
}
