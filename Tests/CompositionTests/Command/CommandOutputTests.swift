import Foundation
import ServiceTokens
import TestSupport
import Testing

@testable import service_token

@Suite("Command: what it prints", .timeLimit(.minutes(1)))
struct CommandOutputTests {
  @Test("Command: get prints the token and a newline, and nothing else anywhere")
  func get() async {
    let run = await CommandRun("get", "--scope", "converter:job.write converter:job.read")
    #expect(run.code == .done)
    #expect(run.output.wholeMatch(of: /canary-token-[A-Za-z0-9]{43}\n/) != nil)
    #expect(run.events.map(\.name) == ["conversion.mc_token.ambiguous_credentials"])
    #expect(run.errors.isEmpty)
  }

  @Test("Command: get --json prints one object with its five members")
  func getJSON() async throws {
    let run = await CommandRun("get", "--scope=converter:job.write  converter:job.read", "--json")
    let object = try run.object()
    #expect(object.keys.sorted() == ["access_token", "expires_at", "expires_in", "scope", "token_type"])
    #expect((object["access_token"] as? String)?.hasPrefix(Canary.tokenPrefix) == true)
    #expect(object["token_type"] as? String == "Bearer")
    #expect(object["expires_in"] as? Int == 3600)
    #expect(object["expires_at"] as? String == "2026-11-24T01:00:00Z")
    #expect(object["scope"] as? String == "converter:job.read converter:job.write")
  }

  @Test("Command: download prints the token and a newline")
  func download() async {
    let run = await CommandRun(
      "download", "--tenant=t1", "--user=u1", "--object", "users/42/a=b.bin", "--base-url", "https://files.example")
    #expect(run.code == .done)
    #expect(run.output.wholeMatch(of: /canary-token-[A-Za-z0-9]{43}\n/) != nil)
    #expect(run.errors.isEmpty)
  }

  @Test("Command: download --json prints token and expiry, and the url where there is a base for it")
  func downloadJSON() async throws {
    let bare = try await CommandRun(
      "download", "--tenant", "t1", "--user", "u1", "--object", "users/42/a b.bin", "--json", "--ttl", "60"
    ).object()
    #expect(bare.keys.sorted() == ["expires_at", "token"])
    #expect(bare["expires_at"] as? String == "2026-11-24T00:01:00Z")

    let linked = try await CommandRun(
      "download", "--json", "--tenant", "t1", "--user", "u1", "--object", "users/42/a b.bin", "--base-url",
      "http://files:8080/", changes: ["MC_ALLOW_HTTP_HOSTS": "files"]
    ).object()
    #expect(linked.keys.sorted() == ["expires_at", "token", "url"])
    let token = try #require(linked["token"] as? String)
    #expect((linked["url"] as? String == "http://files:8080/files/users/42/a%20b.bin?access_token=\(token)") == true)
  }

  @Test("Command: --format header prints one line for curl, for both kinds of token", arguments: ["get", "download"])
  func header(_ subcommand: String) async {
    let rest = subcommand == "get" ? ["--scope", "converter:job.read"] : ["--tenant=t", "--user=u", "--object=o"]
    let run = await CommandRun([subcommand] + rest + ["--format", "header"])
    #expect(run.code == .done)
    #expect(run.output.wholeMatch(of: /Authorization: Bearer canary-token-[A-Za-z0-9]{43}\n/) != nil)
    #expect(run.errors.isEmpty)
  }

  @Test("Command: --format raw is what there is without it, --format json is --json")
  func formats() async throws {
    let raw = await CommandRun("get", "--scope", "converter:job.read", "--format=raw")
    #expect(raw.output.wholeMatch(of: /canary-token-[A-Za-z0-9]{43}\n/) != nil)
    for words in [["--format", "json"], ["--format=json", "--json"]] {
      let object = try await CommandRun(["get", "--scope", "converter:job.read"] + words).object()
      #expect(object.keys.sorted() == ["access_token", "expires_at", "expires_in", "scope", "token_type"])
    }
  }

  @Test("Command: --verbose shows info and debug events, and still prints the token alone")
  func verbose() async {
    let run = await CommandRun("get", "--scope", "converter:job.read", "--verbose")
    #expect(run.events.map(\.level).contains(.debug) && run.events.map(\.level).contains(.info))
    #expect(run.output.split(separator: "\n").count == 1)
    #expect(!run.events.contains { Canary.shows(in: $0) })
  }

  @Test("Command: a retry shows as a warning and leaves standard output alone")
  func progress() async {
    let memberCenter = EmbeddedMemberCenter.tested(by: HastyClock())
    memberCenter.failNext(with: .status(503))
    let run = await CommandRun("get", "--scope", "converter:job.read", at: memberCenter)
    #expect(run.code == .done)
    #expect(run.events.contains { $0.name == "conversion.mc_token.endpoint_error" })
    #expect(run.output.split(separator: "\n").count == 1)
  }

  @Test(
    "Command: --embedded needs no configuration, in each form of client authentication",
    arguments: ClientAuthentication.allCases)
  func embedded(_ form: ClientAuthentication) async {
    let nothing = ["MC_ISSUER": "", "MC_CLIENT_ID": "", "MC_CLIENT_SECRET": ""]
    let run = await CommandRun(
      "get", "--scope", "a b", "--embedded", "--client-auth", form.rawValue, changes: nothing)
    #expect(run.code == .done)
    #expect(run.output.wholeMatch(of: /embedded-[A-Za-z0-9]{43}\n/) != nil)
  }

  @Test("Command: --client-auth comes before MC_CLIENT_AUTH")
  func clientAuthentication() async {
    let memberCenter = EmbeddedMemberCenter.tested(by: HastyClock(), taking: [.post])
    let run = await CommandRun(
      "get", "--scope", "converter:job.read", "--client-auth=post", at: memberCenter,
      changes: ["MC_CLIENT_AUTH": "basic-encoded"])
    #expect(run.code == .done)
  }

  @Test("Command: --version names program and version")
  func version() async {
    let run = await CommandRun("--version")
    #expect(run.output == "service-token \(Command.version)\n")
    #expect(run.code == .done)
  }
}
