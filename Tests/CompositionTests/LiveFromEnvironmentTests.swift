import Foundation
import ServiceTokenInMemory
import ServiceTokens
import TestSupport
import Testing

@Suite("Live client from variables", .timeLimit(.minutes(1)))
struct LiveFromEnvironmentTests {
  private static let complete = [
    "MC_ISSUER": "https://member-center.example/", "MC_CLIENT_ID": "visionA", "MC_CLIENT_SECRET": Canary.secret,
  ]

  private func live(
    _ changes: [String: String], transport: ServiceTokenClient.Transport = .standard
  ) throws -> ServiceTokenClient {
    let variables = Self.complete.merging(changes) { $1 }
    return try .live(environment: EnvironmentVariables(variables), transport: transport)
  }

  /// The error of variables that are wrong.
  private func refusal(
    _ changes: [String: String], transport: ServiceTokenClient.Transport = .standard,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> ServiceTokenError {
    let error = try #require(throws: ServiceTokenError.self, sourceLocation: sourceLocation) {
      _ = try live(changes, transport: transport)
    }
    #expect(error.code == .invalidConfiguration, sourceLocation: sourceLocation)
    #expect(!Canary.shows(in: error), "the error shows a secret", sourceLocation: sourceLocation)
    return error
  }

  @Test("C1: what is needed is enough, and the issuer loses its slash")
  func isConfigured() throws {
    let client = try live([:])
    #expect(client.configuration.issuer.text == "https://member-center.example")
    #expect(client.configuration.clientID == "visionA")
    #expect(client.configuration.clientAuthentication == .basicRaw)
    #expect(!Canary.shows(in: client))
  }

  @Test("C4: a variable that is missing is named, and an empty one is missing", arguments: complete.keys.sorted())
  func missing(_ variable: String) throws {
    var variables = Self.complete
    variables[variable] = nil
    let absent = try #require(throws: ServiceTokenError.self) {
      _ = try ServiceTokenClient.live(environment: EnvironmentVariables(variables))
    }
    #expect(absent.code == .invalidConfiguration)
    #expect(absent.message.contains(variable))
    #expect(try refusal([variable: ""]).message == absent.message)
  }

  @Test("C4: whatever is missing or wrong is named at once")
  func allAtOnce() throws {
    let message = try refusal(["MC_ISSUER": "", "MC_CLIENT_ID": "", "MC_CLIENT_SECRET": "", "MC_CLIENT_AUTH": "none"])
      .message
    for variable in ["MC_ISSUER", "MC_CLIENT_ID", "MC_CLIENT_SECRET", "MC_CLIENT_AUTH"] {
      #expect(message.contains(variable))
    }
  }

  @Test("C4: two sources of the secret are one too many, none is too few, and both are named")
  func secretSources() throws {
    for changes in [["MC_CLIENT_SECRET_FILE": "/run/secrets/mc"], ["MC_CLIENT_SECRET": ""]] {
      let message = try refusal(changes).message
      #expect(message.contains("MC_CLIENT_SECRET ") && message.contains("MC_CLIENT_SECRET_FILE"))
    }
  }

  @Test(
    "C4: a value that is wrong is not shown, its variable is",
    arguments: [
      // The secret takes the place of the dollar, because the names of test cases are printed.
      ("MC_ISSUER", "http://member-center.example"), ("MC_ISSUER", "https://a:$@b.example"), ("MC_ISSUER", "$"),
      ("MC_CLIENT_AUTH", "$"), ("MC_CLIENT_AUTH", "Basic-Raw"), ("MC_ALLOW_HTTP_HOSTS", "http://member-center"),
      ("MC_ALLOW_HTTP_HOSTS", "member-center:8080"), ("MC_CA_FILE", "/nowhere/$"), ("MC_CA_DIR", "/nowhere/$"),
      ("MC_CA_DIR", "/dev/null"),
      ("MC_CLIENT_CERT_FILE", "/nowhere/$"), ("MC_CLIENT_KEY_FILE", "/nowhere/$"),
      ("MC_TOKEN_PATH", "oauth/$"), ("MC_TOKEN_PATH", "@evil.example/$"), ("MC_TOKEN_PATH", "/oauth/$?x"),
      ("MC_TOKEN_PATH", "/oauth#$"), ("MC_TOKEN_PATH", "/../$"), ("MC_TOKEN_PATH", "/a/%2E%2e/$"),
      ("MC_TOKEN_PATH", "/a/./$"), ("MC_TOKEN_PATH", "/a b/$"), ("MC_DOWNLOAD_PATH", "$"),
      ("MC_DOWNLOAD_PATH", "/a\\$"), ("MC_DOWNLOAD_PATH", "/a/..?$"), ("MC_DOWNLOAD_PATH", "/%zz/$"),
    ])
  func wrong(variable: String, value: String) throws {
    let value = value.replacing("$", with: Canary.secret)
    #expect(try refusal([variable: value]).message.hasPrefix(variable))
  }

  @Test("S3: MC_CLIENT_AUTH chooses, and names what it can be", arguments: ClientAuthentication.allCases)
  func clientAuthentication(_ form: ClientAuthentication) throws {
    #expect(try live(["MC_CLIENT_AUTH": form.rawValue]).configuration.clientAuthentication == form)
    #expect(try refusal(["MC_CLIENT_AUTH": "digest"]).message.contains(form.rawValue))
  }

  @Test(
    "C4: plain http is taken for the hosts that are named",
    arguments: ["member-center", "other, member-center", "other member-center", "[fd00::1],member-center"])
  func plainHTTP(hosts: String) throws {
    let changes = ["MC_ISSUER": "http://member-center:8080", "MC_ALLOW_HTTP_HOSTS": hosts]
    #expect(try live(changes).configuration.issuer.text == "http://member-center:8080")
    #expect(
      try refusal(["MC_ISSUER": "http://member-centre", "MC_ALLOW_HTTP_HOSTS": hosts]).message.hasPrefix("MC_ISSUER"))
  }

  @Test("C2: paths that differ are variables, taken as they are; empty ones are the usual")
  func paths() async throws {
    let http = ScriptedHTTP([])
    let differing = ["MC_TOKEN_PATH": "/realms/a%20b/token/", "MC_DOWNLOAD_PATH": "/v2/links"]
    let client = try ServiceTokenClient.live(
      environment: EnvironmentVariables(Self.complete.merging(differing) { $1 }), transport: .custom(http),
      clock: HastyClock(), logger: RecordingLogger())
    #expect(client.configuration.serviceTokenEndpoint.path == "/realms/a%20b/token/")
    #expect(client.configuration.delegatedDownloadEndpoint.path == "/v2/links")
    _ = try? await client.token(for: "a")
    #expect(http.requests.first?.url == "https://member-center.example/realms/a%20b/token/")
    let usual = try live(["MC_TOKEN_PATH": "", "MC_DOWNLOAD_PATH": ""])
    #expect(usual.configuration.serviceTokenEndpoint.path == "/oauth/token")
    #expect(usual.configuration.delegatedDownloadEndpoint.path == "/file-access/download-tokens")
  }

  @Test("C5: what a transport cannot leave aside it does not pretend to")
  func proxies() throws {
    var transport = ServiceTokenClient.Transport.urlSession
    transport.usesProxyEnvironment = false
    #expect(try refusal([:], transport: transport).message.contains("usesProxyEnvironment"))
    #if Curl
      transport = .curl
      transport.usesProxyEnvironment = false
      transport.usesTrustEnvironment = false
      _ = try live([:], transport: transport)
    #endif
  }

  @Test("C3: construction sends nothing and does not read the secret's file")
  func sendsNothing() throws {
    let http = ScriptedHTTP([])
    let changes = ["MC_CLIENT_SECRET": "", "MC_CLIENT_SECRET_FILE": "/nowhere/secret"]
    _ = try live(changes, transport: .custom(http))
    #expect(http.requests.isEmpty)
  }

  @Test("R3: the secret of the variable, and of the file, is the one that is sent", arguments: [false, true])
  func sendsSecret(fromFile: Bool) async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "secret-\(UUID())")
    try Data("\(Canary.secret)\n".utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let memberCenter = EmbeddedMemberCenter.tested(by: ManualClock())
    var changes = ["MC_ISSUER": memberCenter.configuration.issuer]
    if fromFile { changes.merge(["MC_CLIENT_SECRET": "", "MC_CLIENT_SECRET_FILE": file.path]) { $1 } }
    let client = try live(changes, transport: .custom(memberCenter))
    _ = try await client.token(for: "converter:job.read")
    #expect(memberCenter.issuedCount(of: .serviceToken) == 1)
  }

  @Test("C2: what no variable configures can be adjusted")
  func adjusts() throws {
    let client = try ServiceTokenClient.live(environment: EnvironmentVariables(Self.complete)) {
      $0.userDataInLogs = .dropped
      $0.clientAuthentication = .post
    }
    #expect(client.configuration.userDataInLogs == .dropped)
    #expect(client.configuration.clientAuthentication == .post)
  }
}
