import ServiceTokenInMemory
import ServiceTokens
import TestSupport
import Testing

@Suite("Client and embedded Member Center", .timeLimit(.minutes(1)))
struct EmbeddedClientTests {
  private static let download = DownloadRequest(
    tenantID: "t1", userID: "u1", objectKey: "users/42/模型 a+b&c=d?#<\"\\>.bin\u{1}", lifetime: .seconds(60))

  private let clock = ManualClock()
  private let logger = RecordingLogger()

  @Test("S2: one call makes a client that gets both kinds of token")
  func tryOut() async throws {
    let client = try ServiceTokenClient.embedded(logger: logger)
    let token = try await client.token(for: "any:thing else")
    #expect(token.grantedScope == "any:thing else")
    #expect(try await !client.downloadToken(for: Self.download).value.isEmpty)
  }

  @Test(
    "S3: each form of client authentication gets a token, for a secret full of awkward characters",
    arguments: ClientAuthentication.allCases)
  func formsMatch(_ form: ClientAuthentication) async throws {
    let memberCenter = EmbeddedMemberCenter.tested(by: clock, taking: [form])
    let client = try ServiceTokenClient.embedded(memberCenter, clock: clock, logger: logger)
    let token = try await client.token(for: "converter:job.write converter:job.read")
    #expect(token.value.expose().hasPrefix(Canary.tokenPrefix) == true)
    #expect(token.expiresIn == .seconds(3600))
    #expect(memberCenter.requestCount(of: .serviceToken) == 1)
  }

  @Test("S3: another form is refused, not tried by itself, and named in the error")
  func formsDiffer() async throws {
    let memberCenter = EmbeddedMemberCenter.tested(by: clock, taking: [.basicEncoded])
    let client = try ServiceTokenClient.embedded(memberCenter, clock: clock, logger: logger) {
      $0.clientAuthentication = .basicRaw
    }
    let error = try await #require(throws: ServiceTokenError.self) {
      _ = try await client.token(for: "converter:job.read")
    }
    #expect(error.code == .serviceClientUnauthorized)
    #expect(error.message.contains("basic-encoded"))
    #expect(memberCenter.requestCount(of: .serviceToken) == 1)
    #expect(!Canary.shows(in: error))
  }

  @Test("D3, D4: a download token for a key full of awkward characters lives as long as asked")
  func download() async throws {
    let memberCenter = EmbeddedMemberCenter.tested(by: clock)
    let client = try ServiceTokenClient.embedded(memberCenter, clock: clock, logger: logger)
    let token = try await client.downloadToken(for: Self.download)
    #expect(token.expiresAt == clock.now().date.advanced(by: .seconds(60)))
    _ = try await client.downloadToken(for: Self.download)
    #expect(memberCenter.requestCount(of: .serviceToken) == 1)
    #expect(memberCenter.requestCount(of: .delegatedDownload) == 2)
    #expect(!logger.events.contains { Canary.shows(in: $0) })
  }

  @Test("D7: a revoked service token is replaced within the call")
  func revoked() async throws {
    let memberCenter = EmbeddedMemberCenter.tested(by: clock)
    let client = try ServiceTokenClient.embedded(memberCenter, clock: clock, logger: logger)
    _ = try await client.downloadToken(for: Self.download)
    memberCenter.revokeAll()
    _ = try await client.downloadToken(for: Self.download)
    #expect(memberCenter.requestCount(of: .serviceToken) == 2)
    #expect(memberCenter.requestCount(of: .delegatedDownload) == 3)
  }

  @Test("R3: a secret that was rotated in between is read anew")
  func rotated() async throws {
    let memberCenter = EmbeddedMemberCenter.tested(by: clock)
    let secrets = RotatingSecrets(first: Secret(Canary.secret), then: Secret("\(Canary.secret)2"))
    let client = try ServiceTokenClient.live(
      issuer: memberCenter.configuration.issuer, clientID: "visionA", clientSecret: secrets,
      transport: .custom(memberCenter), clock: clock, logger: logger)
    memberCenter.rotateSecret(of: "visionA", to: Secret("\(Canary.secret)2"))
    _ = try await client.token(for: "converter:job.read")
    #expect(memberCenter.requestCount(of: .serviceToken) == 2)
  }

  @Test("R1: what fails twice succeeds at the third attempt")
  func retries() async throws {
    let clock = HastyClock()
    let memberCenter = EmbeddedMemberCenter.tested(by: clock)
    memberCenter.failNext(with: .status(503))
    memberCenter.failNext(with: .failure(TransportFailure(.connect)))
    let client = try ServiceTokenClient.embedded(memberCenter, clock: clock, logger: logger)
    _ = try await client.token(for: "converter:job.read")
    #expect(memberCenter.requestCount(of: .serviceToken) == 3)
  }

  @Test("S10: callers of one scope share one request")
  func shares() async throws {
    let memberCenter = EmbeddedMemberCenter.tested(by: clock)
    let client = try ServiceTokenClient.embedded(memberCenter, clock: clock, logger: logger)
    memberCenter.hold()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<50 { group.addTask { _ = try await client.token(for: "converter:job.read") } }
      await memberCenter.held(1)
      memberCenter.release()
      try await group.waitForAll()
    }
    #expect(memberCenter.requestCount(of: .serviceToken) == 1)
  }

  @Test("C4: a Member Center that knows no client is refused")
  func noClient() throws {
    let memberCenter = EmbeddedMemberCenter(EmbeddedMemberCenter.Configuration(clients: []), clock: clock)
    let error = try #require(throws: ServiceTokenError.self) { _ = try ServiceTokenClient.embedded(memberCenter) }
    #expect(error.code == .invalidConfiguration)
  }
}

/// A source whose secret changes after the first look.
private final class RotatingSecrets: Ports.SecretSource {
  private let first: Secret
  private let source: InMemorySecretSource

  init(first: Secret, then second: Secret) {
    self.first = first
    source = InMemorySecretSource(second)
  }

  func clientSecret() async throws -> Secret {
    let second = try await source.clientSecret()
    return source.reads == 1 ? first : second
  }
}
