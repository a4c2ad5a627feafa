import ServiceTokenInMemory
import ServiceTokens
import TestSupport
import Testing

@Suite("Redaction: the parts that a program holds")
struct RedactionTests {
  /// One of each class and struct through which a secret or a token has gone.
  private func holders() async throws -> [Any] {
    let secret = Secret(Canary.secret)
    let memberCenter = EmbeddedMemberCenter(
      EmbeddedMemberCenter.Configuration(
        clients: [.init(id: "visionA", secret: secret)], tokenPrefix: Canary.tokenPrefix),
      clock: SystemClock())
    let logger = RecordingLogger()
    let embedded = try ServiceTokenClient.embedded(memberCenter, logger: logger)
    _ = try await embedded.token(for: "a")
    _ = try await embedded.downloadToken(for: DownloadRequest(tenantID: "t", userID: "u", objectKey: "k"))

    var transports: [Any] = []
    for transport in Transport.allCases {
      let server = try LoopbackServer { _ in
        .ok(json: #"{"access_token":"\#(Canary.token(1))","token_type":"Bearer","expires_in":60}"#)
      }
      let http = transport.make()
      let client = try ServiceTokenClient.live(
        issuer: server.url, clientID: "visionA", clientSecret: secret, transport: .custom(http), logger: logger)
      _ = try await client.token(for: "a")
      transports += [http, client]
    }

    let scripted = ScriptedHTTP([
      .answer(
        HTTPResponse(
          status: 200,
          body: Array(#"{"access_token":"\#(Canary.token(2))","token_type":"Bearer","expires_in":60}"#.utf8)))
    ])
    let source = InMemorySecretSource(secret)
    _ = try await ServiceTokenClient.live(
      issuer: "https://member-center.test", clientID: "visionA", clientSecret: source, transport: .custom(scripted),
      logger: logger
    ).token(for: "a")

    let variables = EnvironmentVariables(["MC_CLIENT_SECRET": Canary.secret])
    return transports + [
      memberCenter, memberCenter.configuration, memberCenter.configuration.clients, embedded, embedded.configuration,
      logger, logger.events, scripted, scripted.requests, source, variables,
      EnvironmentSecretSource(variable: "MC_CLIENT_SECRET", in: variables),
      ServiceTokenClient.Transport.custom(scripted),
    ]
  }

  @Test("Redaction: no description, dump or mirror of a part shows the secret or a token that went through it")
  func parts() async throws {
    let bytes = "\(Array(Canary.tokenPrefix.utf8.prefix(4)))".dropFirst().dropLast()
    for holder in try await holders() {
      let leaks = everyText(of: holder).contains { text in
        // The prefix alone is the server's setting, and no secret.
        text.contains("s3cr3t") || text.contains(/canary-token-\w/) || text.contains(bytes)
      }
      #expect(!leaks, "\(type(of: holder))")
      #expect(!(holder is any Encodable), "\(type(of: holder))")
    }
  }
}
