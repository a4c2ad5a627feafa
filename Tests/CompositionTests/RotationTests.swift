import Foundation
import ServiceTokenInMemory
import ServiceTokens
import TestSupport
import Testing

@Suite("Secrets that are rotated while the client is used", .timeLimit(.minutes(2)))
struct RotationTests {
  // Of different lengths, so that a mix would be neither.
  private static let old = Secret(Canary.secret)
  private static let new = Secret(String(repeating: Canary.secret, count: 3))

  private let memberCenter = EmbeddedMemberCenter(
    .init(clients: [.init(id: "visionA", secret: old)], tokenPrefix: Canary.tokenPrefix), clock: HastyClock())
  private let mount: SecretMount

  init() throws {
    mount = try SecretMount()
    try mount.put(Self.old)
  }

  private func client(_ secrets: any Ports.SecretSource) throws -> ServiceTokenClient {
    try .live(
      issuer: memberCenter.configuration.issuer, clientID: "visionA", clientSecret: secrets,
      transport: .custom(memberCenter), clock: HastyClock(), logger: RecordingLogger())
  }

  private var file: FileSecretSource { FileSecretSource(path: mount.path, setting: "MC_CLIENT_SECRET_FILE") }

  @Test("R3: while a server takes old and new, no call fails and no request is refused, however the file is swapped")
  func rotatesUnderLoad() async throws {
    let (client, mount) = (try client(file), mount)
    memberCenter.rotateSecret(of: "visionA", to: Self.new, acceptingOld: true)
    let swapping = Churn { _ in
      try mount.put(Self.old)
      try mount.put(Self.new)
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for caller in 0..<8 {
        // Each scope is fetched, and the secret read for it.
        group.addTask { for call in 0..<100 { _ = try await client.token(for: "load:\(caller)-\(call)") } }
      }
      try await group.waitForAll()
    }
    try await swapping.stop()
    // Printed for `Scripts/show-engine`.
    print(
      "shown: secret rotated under 800 fetches, old and new taken: \(memberCenter.issuedCount(of: .serviceToken)) tokens"
    )
    #expect(memberCenter.issuedCount(of: .serviceToken) == 800)
    #expect(memberCenter.requestCount(of: .serviceToken) == 800)

    // The new one lies there now: nobody notices that the old one is gone.
    memberCenter.rotateSecret(of: "visionA", to: Self.new)
    _ = try await client.token(for: "load:after")
    #expect(memberCenter.requestCount(of: .serviceToken) == 801)
  }

  @Test("R3: a secret that is refused is read once more, and sent once more if it has been replaced")
  func replacedTooLate() async throws {
    let client = try client(SwappedAfterFirstRead(file: file, mount: mount, next: Self.new))
    memberCenter.rotateSecret(of: "visionA", to: Self.new)
    _ = try await client.token(for: "a")
    #expect(memberCenter.requestCount(of: .serviceToken) == 2)
  }

  @Test("R3: a secret that is refused and has not been replaced is not sent again")
  func notReplaced() async throws {
    let client = try client(file)
    memberCenter.rotateSecret(of: "visionA", to: Self.new)
    let error = try await #require(throws: ServiceTokenError.self) { _ = try await client.token(for: "a") }
    #expect(error.code == .serviceClientUnauthorized)
    #expect(memberCenter.requestCount(of: .serviceToken) == 1)
    // It is found by the next call, without a restart.
    try mount.put(Self.new)
    _ = try await client.token(for: "a")
    #expect(memberCenter.requestCount(of: .serviceToken) == 2)
  }

  @Test("R3: a secret that disappears fails the calls that need it, sends nothing, and is found again")
  func disappears() async throws {
    let client = try client(file)
    _ = try await client.token(for: "cached")
    try mount.remove()
    let error = try await #require(throws: ServiceTokenError.self) { _ = try await client.token(for: "a") }
    #expect(error.code == .secretUnavailable)
    #expect(error.message.contains("MC_CLIENT_SECRET_FILE"))
    #expect(!Canary.shows(in: error))
    _ = try await client.token(for: "cached")
    #expect(memberCenter.requestCount(of: .serviceToken) == 1)
    try mount.put(Self.old)
    _ = try await client.token(for: "a")
    #expect(memberCenter.requestCount(of: .serviceToken) == 2)
  }
}

/// A secret that is mounted as Kubernetes does it: what changes is one link, which is replaced by a rename, and what it
/// led to is removed.
private final class SecretMount: Sendable {
  private let directory = FileManager.default.temporaryDirectory.appending(path: "mount-\(UUID())")
  private let link: URL
  var path: String { directory.appending(path: "secret").path }

  init() throws {
    link = directory.appending(path: "..data")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "..data/secret")
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  func put(_ secret: Secret) throws {
    let files = FileManager.default
    let before = try? files.destinationOfSymbolicLink(atPath: link.path)
    let version = "..\(UUID())"
    try files.createDirectory(at: directory.appending(path: version), withIntermediateDirectories: false)
    try secret.withExposedBytes { try Data($0).write(to: directory.appending(path: "\(version)/secret")) }
    let next = directory.appending(path: "..data_tmp")
    try files.createSymbolicLink(atPath: next.path, withDestinationPath: version)
    try #require(unsafe rename(next.path, link.path) == 0)
    if let before { try files.removeItem(at: directory.appending(path: before)) }
  }

  func remove() throws { try FileManager.default.removeItem(at: link) }
}

/// A file that is swapped just after it was read for the first time.
private final class SwappedAfterFirstRead: Ports.SecretSource {
  private let file: FileSecretSource
  private let mount: SecretMount
  private let next: Secret
  private let hasRead = Locked(false)

  init(file: FileSecretSource, mount: SecretMount, next: Secret) {
    (self.file, self.mount, self.next) = (file, mount, next)
  }

  func clientSecret() async throws -> Secret {
    let secret = try await file.clientSecret()
    let isFirst = hasRead.withLock { hasRead in
      defer { hasRead = true }
      return !hasRead
    }
    if isFirst { try mount.put(next) }
    return secret
  }
}
