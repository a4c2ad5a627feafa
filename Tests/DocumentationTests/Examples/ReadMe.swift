import ServiceTokenInMemory
import ServiceTokens
import Testing

func makeTokens() throws -> ServiceTokenClient {
  try ServiceTokenClient.live()  // from MC_ISSUER, MC_CLIENT_ID, MC_CLIENT_SECRET_FILE
}

func authorization(_ tokens: some ServiceTokenProvider) async throws -> String {
  let token = try await tokens.token(for: "converter:job.write converter:job.read")
  return token.exposeAuthorization()  // "Bearer …": from here on it is yours to guard
}

func begin(_ client: ServiceTokenClient) async throws -> TokenHandle {
  let jobs = try Scope("converter:job.read")
  try await client.prewarm([jobs], within: .seconds(10))  // a readiness probe may await it
  return client.tokens(for: jobs)  // .cachedToken, or: try await .token(within: .seconds(2))
}

func list(_ tokens: TokenHandle, _ http: some Ports.HTTP) async throws -> HTTPResponse {
  try await tokens.withToken { token in
    let request = HTTPRequest(
      method: "GET", url: "https://api.example/jobs", headers: ["Authorization": token.exposeAuthorization()])
    let answer = try await http.send(request, timeout: .seconds(10))
    return answer.status == 401 ? .refused(answer) : .accepted(answer)  // refused: once more, with a fresh one
  }
}

func redirect(_ tokens: some ServiceTokenProvider, to key: String, of user: String) async throws -> String {
  let token = try await tokens.downloadToken(
    for: DownloadRequest(tenantID: "t1", userID: user, objectKey: key, lifetime: .seconds(60)))
  let files = try BaseURL("https://files.example", setting: "FILES_URL")
  return try DownloadURL(base: files, objectKey: key, token: token).expose()
}

func answer(_ error: any Error) -> (status: Int, code: String, message: String) {
  guard let error = error as? ServiceTokenError else { return (500, "internal", "internal_error") }
  return (error.code.httpStatus, error.code.publicCode, error.code.messageKey)
}

func cachedTokenIsServed() async throws {
  let http = ScriptedHTTP([
    .answer(HTTPResponse(status: 200, body: Array(#"{"access_token":"t","token_type":"Bearer","expires_in":60}"#.utf8)))
  ])
  let client = try ServiceTokenClient.live(
    issuer: "https://member-center.test", clientID: "visionA", clientSecret: Secret("secret"),
    transport: .custom(http), clock: ManualClock(), logger: RecordingLogger())
  _ = try await client.token(for: "a b")
  _ = try await client.token(for: "b a")
  assert(http.requests.count == 1)
}

@Suite("README")
struct ReadMeExamples {
  @Test("The examples run")
  func examples() async throws {
    try await cachedTokenIsServed()
    let quiet = RecordingLogger()
    let url = try await redirect(ServiceTokenClient.embedded(logger: quiet), to: "users/42/report.pdf", of: "u1")
    #expect(url.hasPrefix("https://files.example/files/users/42/report.pdf?access_token="))
    let client = try ServiceTokenClient.embedded(logger: quiet)
    let jobs = try await begin(client)
    #expect(try await jobs.token().value.isEmpty == false)
    let http = ScriptedHTTP([.answer(HTTPResponse(status: 401)), .answer(HTTPResponse(status: 200))])
    #expect(try await list(jobs, http).status == 200)
    #expect(http.requests[0].headers["Authorization"] != http.requests[1].headers["Authorization"])
    #expect(answer(ServiceTokenError(.idpUnavailable, "")) == (503, "idp_unavailable", "idp_down"))
    #expect(throws: ServiceTokenError.self) { try ServiceTokenClient.live(environment: EnvironmentVariables([:])) }
  }
}
