import ServiceTokenInMemory
import ServiceTokens
import Testing

// What the page's team has already.

struct TeamHTTPClient: Sendable {
  struct TimedOut: Error {}
  struct Refused: Error {}

  struct Answer {
    var status: Int
    var headers: [(String, String)]
    var body: [UInt8]
    var wasCut = false
  }

  func execute(
    _ method: String, _ url: String, headers: [(String, String)], body: [UInt8],
    deadline: ContinuousClock.Instant, followsRedirects: Bool, bodyLimit: (Int) -> Int
  ) async throws -> Answer {
    guard url.hasSuffix("/oauth/token") else { throw Refused() }
    return Answer(
      status: 200, headers: [],
      body: Array(#"{"access_token":"of-the-team","token_type":"Bearer","expires_in":60}"#.utf8))
  }
}

struct Vault: Sendable {
  func read(_ path: String) async throws -> [UInt8]? { Array("of-the-vault".utf8) }
}

struct TeamHTTP: Ports.HTTP {
  var client: TeamHTTPClient

  func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse {
    do {
      let answer = try await client.execute(
        request.method, request.url, headers: request.headers.map { ($0.name, $0.value) }, body: request.body,
        deadline: .now + timeout, followsRedirects: false,
        bodyLimit: { status in request.limits.bytes(forStatus: status) })
      return HTTPResponse(
        status: answer.status, headers: HTTPHeaders(answer.headers.map { .init(name: $0.0, value: $0.1) }),
        body: answer.body, end: answer.wasCut ? .tooLong : .complete)
    } catch is TeamHTTPClient.TimedOut {
      throw TransportFailure(.timeOut)
    } catch is TeamHTTPClient.Refused {
      throw TransportFailure(.connect, "refused")
    }
  }
}

struct VaultSecret: Ports.SecretSource {
  var vault: Vault

  func clientSecret() async throws -> Secret {
    guard let bytes = try await vault.read("member-center/visionA") else {
      throw ServiceTokenError(.secretUnavailable, "the vault has nothing at member-center/visionA")
    }
    return Secret(bytes)
  }
}

struct TeamLog: Ports.Logger {
  var write: @Sendable (String) -> Void

  func log(_ event: LogEvent) {
    guard event.level >= .info else { return }
    write("\(event.name) \(event.fields.map { "\($0.name)=\($0.value)" }.joined(separator: " "))")
  }
}

func makeClient(vault: Vault, http: TeamHTTPClient) throws -> ServiceTokenClient {
  ServiceTokenClient(
    configuration: try .init(issuer: "https://member-center.example", clientID: "visionA"),
    http: TeamHTTP(client: http), secrets: VaultSecret(vault: vault), clock: SystemClock(),
    logger: TeamLog(write: { print($0) }))
}

func checkTransport(_ http: TeamHTTPClient) async throws {
  let findings = try await Conformance.check(http: TeamHTTP(client: http))
  assert(findings.isEmpty, "\(findings)")
}

func checkVault(_ vault: Vault) async {
  let findings = await Conformance.check(secretSource: VaultSecret(vault: vault))
  assert(findings.isEmpty, "\(findings)")
}

@Suite("Swapping a part")
struct SwappingAPartExamples {
  @Test("The examples run")
  func examples() async throws {
    let client = try makeClient(vault: Vault(), http: TeamHTTPClient())
    #expect(try await client.token(for: "a").value == Secret("of-the-team"))
    await checkVault(Vault())
  }
}

func makeMeshClient(secret: some Ports.SecretSource) throws -> ServiceTokenClient {
  try ServiceTokenClient.live(
    issuer: "https://member-center.example", clientID: "visionA", clientSecret: secret,
    tls: .init(
      caFile: "/etc/mesh/ca.pem", clientCertificateFile: "/etc/mesh/client.pem", clientKeyFile: "/etc/mesh/client.key"))
}
