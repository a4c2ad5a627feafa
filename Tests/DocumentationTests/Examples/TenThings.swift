import ServiceTokenInMemory
import ServiceTokens
import Testing

/// What the page's reader has already.
private struct House {
  var http: any Ports.HTTP

  func get(_ path: String, authorization: String) async throws -> HTTPResponse {
    try await http.send(
      HTTPRequest(method: "GET", url: "https://house.example\(path)", headers: ["Authorization": authorization]),
      timeout: .seconds(10))
  }
}

@Suite("Ten things that people do", .timeLimit(.minutes(5)))
struct TenThingsExamples {
  private let client: ServiceTokenClient

  init() throws {
    let clock = ManualClock()
    client = try .embedded(EmbeddedMemberCenter(clock: clock), clock: clock, logger: RecordingLogger())
  }

  /// 1: compiled only, for a test has no environment of its own.
  private func makeClient() throws -> ServiceTokenClient {
    let client = try ServiceTokenClient.live()
    return client
  }

  @Test("2: a header")
  func header() async throws {
    var request = HTTPRequest(method: "GET", url: "https://api.example/jobs")
    request.headers["Authorization"] = try await client.token(for: "converter:job.write").exposeAuthorization()
    #expect(request.headers["Authorization"]?.hasPrefix("Bearer ") == true)
  }

  @Test("3: an API")
  func api() async throws {
    // The embedded Member Center is no such API, and says so.
    func call() async throws -> HTTPResponse {
      let api = client.authorizedHTTP(for: try Scope("converter:job.read"), below: try BaseURL("https://api.example"))
      let answer = try await api.send(
        HTTPRequest(method: "GET", url: "https://api.example/jobs"), timeout: .seconds(10))
      return answer
    }
    await #expect(throws: TransportFailure.self) { try await call() }
  }

  @Test("4: a client of one's own, whose server has revoked the token")
  func ownClient() async throws {
    let house = House(http: ScriptedHTTP([.answer(HTTPResponse(status: 401)), .answer(HTTPResponse(status: 200))]))
    _ = try await client.token(for: "converter:job.read")
    let jobs = try await client.withToken(for: "converter:job.read") { token in
      let answer = try await house.get("/jobs", authorization: token.exposeAuthorization())
      return answer.status == 401 ? .refused(answer) : .accepted(answer)
    }
    #expect(jobs.status == 200)
  }

  @Test("5: a handle")
  func handle() async throws {
    let tokens = try client.tokens(for: "converter:job.write")
    let token = try await tokens.token()
    #expect(tokens.cachedToken?.value == token.value)
  }

  @Test("6: a limit")
  func limit() async throws {
    let token = try await client.token(for: "converter:job.write", within: .milliseconds(500))
    #expect(!token.value.isEmpty)
  }

  @Test("7: a file")
  func file() async throws {
    let (tenant, user, key) = ("t1", "u1", "users/42/report.pdf")
    let token = try await client.downloadToken(for: DownloadRequest(tenantID: tenant, userID: user, objectKey: key))
    let location = try DownloadURL(base: BaseURL("https://files.example"), objectKey: key, token: token).expose()
    #expect(location.hasPrefix("https://files.example/files/users/42/report.pdf?access_token="))
  }

  @Test("8: an answer where there is no token")
  func failure() async throws {
    let clock = ManualClock()
    let memberCenter = EmbeddedMemberCenter(clock: clock)
    memberCenter.failNext(with: .status(403))
    let client = try ServiceTokenClient.embedded(memberCenter, clock: clock, logger: RecordingLogger())
    func answer() async throws -> (Int, String, String)? {
      do {
        _ = try await client.token(for: "converter:job.write")
      } catch let error as ServiceTokenError {
        return (error.code.httpStatus, error.code.publicCode, error.code.messageKey)
      }
      return nil
    }
    let said = try #require(try await answer())
    #expect(said == (500, "idp_misconfigured", "idp_misconfig"))
  }

  @Test("9: the beginning and the end")
  func lifeCycle() async throws {
    try await client.prewarm([Scope("converter:job.write")], within: .seconds(10))
    #expect(client.cachedToken(for: "converter:job.write") != nil)
    await client.shutdown(within: .seconds(10))
    #expect(client.snapshot().isShutDown)
  }

  @Test("10: no network")
  func noNetwork() async throws {
    let tokens = InMemoryTokenProvider()
    #expect(try await JobService(tokens: tokens).authorization() == "Bearer in-memory-1")
  }

  private struct JobService {
    var tokens: any ServiceTokenProvider
    func authorization() async throws -> String { try await tokens.token(for: "a").exposeAuthorization() }
  }
}
