import Foundation
import ServiceTokenInMemory
import ServiceTokens
import TestSupport
import Testing

@testable import service_token

@Suite("Command: failures", .timeLimit(.minutes(1)))
struct CommandFailureTests {
  private let memberCenter = EmbeddedMemberCenter.tested(by: HastyClock())

  private func get(_ changes: [String: String] = [:], scope: String = "converter:job.read") async -> CommandRun {
    await CommandRun("get", "--scope", scope, "--json", at: memberCenter, changes: changes)
  }

  private func download() async -> CommandRun {
    await CommandRun("download", "--tenant=t", "--user=u", "--object=o", "--json", at: memberCenter)
  }

  @Test("Command: 69 where the token endpoint is unavailable, after all attempts")
  func unavailable() async throws {
    memberCenter.failNext(3, with: .status(503, retryAfter: .seconds(2)))
    let run = await get()
    #expect(run.code == .unavailable)
    let error = try run.error()
    #expect(error["code"] as? String == "idp_unavailable")
    #expect(error["endpoint"] as? String == "service_token")
    #expect(error["status"] as? Int == 503)
    #expect(error["attempts"] as? Int == 3)
    #expect(error["retry_after"] as? Int == 2)
    #expect(error["oauth_error"] is NSNull)
    #expect(run.errorsAreOneLine)
    #expect(run.errors.contains("try again later"))
    #expect(run.events.contains { $0.name == "conversion.mc_token.retry_exhausted" })
  }

  @Test("Command: 69 where no answer comes, and then there is no status")
  func unreachable() async throws {
    memberCenter.failNext(3, with: .failure(TransportFailure(.connect, "refused")))
    let run = await get()
    #expect(run.code == .unavailable)
    #expect(try run.error()["status"] is NSNull)
    #expect(run.errors.contains("connect: refused"))
  }

  @Test("Command: a certificate that is not trusted leads to the setting that says which are")
  func untrusted() async {
    memberCenter.failNext(3, with: .failure(TransportFailure(.tls, "self-signed")))
    let run = await get()
    #expect(run.code == .unavailable)
    #expect(run.errors.contains("MC_CA_FILE"))
  }

  @Test("Command: 69 where the download endpoint is unavailable")
  func downloadUnavailable() async throws {
    memberCenter.failNext(3, of: .delegatedDownload, with: .status(500))
    let run = await download()
    #expect(run.code == .unavailable)
    #expect(try run.error()["code"] as? String == "mc_token_unavailable")
    #expect(try run.error()["endpoint"] as? String == "delegated_download")
  }

  @Test("Command: 77 where the secret is wrong")
  func refused() async throws {
    let run = await get(["MC_CLIENT_SECRET": "\(Canary.secret)2"])
    #expect(run.code == .refused)
    let error = try run.error()
    #expect(error["code"] as? String == "service_client_unauthorized")
    #expect(error["status"] as? Int == 401)
    #expect(error["oauth_error"] as? String == "invalid_client")
    #expect(run.errors.contains("MC_CLIENT_ID") && run.errors.contains("basic-encoded"))
    #expect(!run.errors.contains(Canary.secret) && !run.output.contains(Canary.secret))
  }

  @Test(
    "Command: 77 where a plain 400 says that the client is at fault",
    arguments: ["invalid_client", "unauthorized_client"])
  func refusedByCode(_ code: String) async throws {
    let answer = HTTPResponse(status: 400, body: Array(#"{"error":"\#(code)"}"#.utf8))
    memberCenter.failNext(2, with: .answer(answer))
    #expect(await get().code == .refused)
  }

  @Test("Command: 77 where the download endpoint refuses the token")
  func downloadRefused() async throws {
    memberCenter.failNext(3, of: .delegatedDownload, with: .status(403))
    let run = await download()
    #expect(run.code == .refused)
    #expect(run.errors.contains("files:download.delegate"))
  }

  @Test(
    "Command: 78 where a setting is missing or wrong, or the secret cannot be read",
    arguments: [
      (["MC_ISSUER": ""], "MC_ISSUER"), (["MC_ISSUER": "http://a.example"], "MC_ISSUER"),
      (["MC_CLIENT_ID": ""], "MC_CLIENT_ID"),
      (["MC_CLIENT_SECRET": ""], "MC_CLIENT_SECRET_FILE"), (["MC_CLIENT_SECRET_FILE": "/x"], "MC_CLIENT_SECRET_FILE"),
      (["MC_CLIENT_SECRET": "", "MC_CLIENT_SECRET_FILE": "/nowhere"], "/nowhere"),
      (["MC_CLIENT_AUTH": "x"], "MC_CLIENT_AUTH"),
      (["MC_CA_FILE": "/nowhere"], "MC_CA_FILE"), (["MC_CA_DIR": "/nowhere"], "MC_CA_DIR"),
      (["MC_CLIENT_CERT_FILE": "/x"], "MC_CLIENT_CERT_FILE"), (["MC_CLIENT_KEY_FILE": "/x"], "MC_CLIENT_KEY_FILE"),
      (["MC_ALLOW_HTTP_HOSTS": "http://x"], "MC_ALLOW_HTTP_HOSTS"),
    ])
  func configuration(changes: [String: String], text: String) async throws {
    let run = await get(changes)
    #expect(run.code == .configuration)
    #expect(["invalid_configuration", "secret_unavailable"].contains(try run.error()["code"] as? String))
    #expect(run.errors.contains(text))
    #expect(run.errorsAreOneLine)
    #expect(memberCenter.requestCount(of: .serviceToken) == 0)
  }

  @Test("Command: 78 where the secret's file is empty, too large, a directory or unreadable, and the setting is named")
  func secretFile() async throws {
    let files = FileManager.default
    let directory = files.temporaryDirectory.appending(path: "secrets-\(UUID())")
    try files.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? files.removeItem(at: directory) }
    try Data().write(to: directory.appending(path: "empty"))
    try Data(String(repeating: Canary.secret, count: 6000).utf8).write(to: directory.appending(path: "large"))
    for (name, words) in [
      ("missing", "No such file or directory"), ("empty", "the file is empty"), ("large", "is larger than 65536 bytes"),
      (".", "is a directory"),
    ] {
      let run = await get(["MC_CLIENT_SECRET": "", "MC_CLIENT_SECRET_FILE": directory.appending(path: name).path])
      #expect(run.code == .configuration)
      let error = try run.error()
      #expect(error["code"] as? String == "secret_unavailable")
      #expect(error["attempts"] as? Int == 0)
      #expect(run.errors.contains("MC_CLIENT_SECRET_FILE") && run.errors.contains(words), "\(run.errors)")
      #expect(run.errorsAreOneLine)
      #expect(!run.errors.contains(Canary.secret) && !run.output.contains(Canary.secret))
    }
    #expect(memberCenter.requestCount(of: .serviceToken) == 0)
  }

  @Test("Command: 70 for the rest: a scope that the client may not have")
  func scope() async throws {
    let run = await get(scope: "converter:job.admin")
    #expect(run.code == .failed)
    let error = try run.error()
    #expect(error["code"] as? String == "idp_misconfigured")
    #expect(error["oauth_error"] as? String == "invalid_scope")
    #expect(run.errors.contains("scope"))
  }

  @Test("Command: 70 for the rest: a download that is refused, a redirect that is not followed")
  func rest() async throws {
    memberCenter.failNext(of: .delegatedDownload, with: .status(422))
    let refused = await download()
    #expect(refused.code == .failed)
    #expect(try refused.error()["code"] as? String == "download_token_failed")

    let elsewhere = HTTPResponse(status: 307, headers: ["Location": "https://elsewhere.example/oauth/token?x=y"])
    memberCenter.failNext(with: .answer(elsewhere))
    let redirected = await get()
    #expect(redirected.code == .failed)
    #expect(redirected.errors.contains(#"it redirects to "https://elsewhere.example/oauth/token": check MC_ISSUER"#))
  }

  @Test("Command: 74 where standard output is closed or full, quiet in the first case")
  func cannotWrite() async {
    let closed = await CommandRun("get", "--scope", "converter:job.read", at: memberCenter, outputFailure: EPIPE)
    #expect(closed.code == .cannotWrite)
    #expect(closed.errors.isEmpty)
    let full = await CommandRun("get", "--scope", "converter:job.read", at: memberCenter, outputFailure: ENOSPC)
    #expect(full.code == .cannotWrite)
    #expect(full.errorsAreOneLine)
  }

  @Test("Command: 130 when its task is cancelled, with nothing on standard output")
  func interrupted() async {
    let memberCenter = EmbeddedMemberCenter.tested(by: ManualClock())
    memberCenter.hold()
    let run = Task { await CommandRun("get", "--scope", "converter:job.read", "--json", at: memberCenter) }
    await memberCenter.held(1)
    run.cancel()
    #expect(await run.value.code == .interrupted)
    #expect(await run.value.output.isEmpty)
  }
}
