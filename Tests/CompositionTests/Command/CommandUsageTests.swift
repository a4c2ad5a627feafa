import Foundation
import ServiceTokens
import TestSupport
import Testing

@testable import service_token

@Suite("Command: arguments", .timeLimit(.minutes(1)))
struct CommandUsageTests {
  @Test(
    "Command: only what sends requests is given a head start",
    arguments: [
      (["get", "--scope", "a"], true), (["download", "--tenant", "t"], true), (["doctor"], true),
      (["get", "--scope", "a", "--embedded"], false), (["demo"], false), (["completions", "zsh"], false),
      (["--version"], false), (["gett"], false), ([], false),
    ])
  func headStart(words: [String], isGiven: Bool) {
    #expect(Command.sends(words) == isGiven)
  }

  @Test(
    "Command: what is not known is named, with the nearest thing that is",
    arguments: [
      (["gett"], "\"gett\", did you mean get?"), (["downlaod"], "\"downlaod\", did you mean download?"),
      (["get", "--scop", "a"], "\"--scop\", did you mean --scope?"),
      (["get", "--scope", "a", "--jsno"], "\"--jsno\", did you mean --json?"),
      (["get", "--scope", "a", "--base_url=x"], "\"--base_url\", did you mean --base-url?"),
      (["get", "--scope", "a", "--zzzzzzzz"], "\"--zzzzzzzz\" (see"), (["frobnicate"], "\"frobnicate\" (see"),
      (["get", "-s", "a"], "\"-s\""), (["get", "--scope", "a", "b"], "unexpected argument \"b\""),
      (["get", "--scope", "a", "\u{1B}[2J\nx"], #""\u{1B}[2J\nx""#),
    ])
  func unknown(words: [String], text: String) async {
    let run = await CommandRun(words)
    #expect(run.code == .usage)
    #expect(run.errors.contains(text))
    #expect(run.errorsAreOneLine)
    #expect(run.output.isEmpty)
  }

  @Test(
    "Command: what is missing or misplaced is named",
    arguments: [
      ([], "a command is missing: get, download, doctor, demo, completions"), (["get"], "'get' needs --scope"),
      (["download", "--tenant", "t"], "'download' needs --user and --object"),
      (["get", "--scope"], "--scope needs a value"),
      (["get", "--scope", "--json"], "--scope needs a value"),
      (["get", "--scope=a", "--json=1"], "--json takes no value"),
      (["get", "--scope=a", "--scope=b"], "--scope is there twice"),
      (["get", "--scope=a", "--tenant=t"], "--tenant is no option of 'get'"),
      (["get", "--scope=a", "--client-auth=digest"], "basic-raw, basic-encoded, post"),
      (["get", "--scope=a", "--transport=carrier-pigeon"], "urlsession"),
      (["get", "--scope=a", "--format=yaml"], "raw, json, header"),
      (["get", "--scope=a", "--json", "--format=raw"], "--json and --format contradict each other"),
      (["download", "--tenant=t", "--user=u", "--object=o", "--format=header", "--json"], "contradict each other"),
      (["completions"], "'completions' needs one of bash, zsh, fish"), (["completions", "tcsh"], "bash, zsh, fish"),
      (["completions", "bash", "zsh"], "unexpected argument \"zsh\""),
      (["doctor", "--embedded"], "--embedded is no option of 'doctor'"), (["doctor", "--scope= "], "holds no value"),
    ])
  func missing(words: [String], text: String) async {
    let run = await CommandRun(words)
    #expect(run.code == .usage)
    #expect(run.errors.contains(text))
    #expect(run.errorsAreOneLine)
  }

  @Test(
    "Command: --ttl takes digits alone",
    arguments: ["inf", "nan", "0x10", "1e3", "+5", "-5", "5.0", " 5", "", "0", "٣", "99999999999999999999"])
  func lifetime(_ text: String) async {
    let memberCenter = EmbeddedMemberCenter.tested(by: HastyClock())
    let run = await CommandRun(
      "download", "--tenant=t", "--user=u", "--object=o", "--ttl=\(text)", at: memberCenter)
    #expect(run.code == .usage)
    #expect(run.errors.contains("--ttl must be"))
    #expect(memberCenter.requestCount(of: .serviceToken) == 0)
  }

  @Test(
    "Command: a secret is never an argument, and is not repeated either",
    arguments: ["--client-secret", "--secret", "--clientSecret", "--MC_CLIENT_SECRET", "--password"])
  func secrets(_ option: String) async {
    for words in [["get", "\(option)=\(Canary.secret)"], ["get", option, Canary.secret]] {
      let run = await CommandRun(words)
      #expect(run.code == .usage)
      #expect(run.errors.contains("MC_CLIENT_SECRET_FILE"))
      #expect(!run.errors.contains(Canary.secret))
    }
  }

  @Test(
    "Command: arguments that cannot be sent are refused before anything is",
    arguments: [
      ["get", "--scope", " "], ["get", "--scope", "a\"b"], ["download", "--tenant=", "--user=u", "--object=o"],
      ["download", "--tenant=t", "--user=u", "--object=a/../b", "--base-url=https://files.example"],
      ["download", "--tenant=t", "--user=u", "--object=a", "--base-url=files.example"],
      ["download", "--tenant=t", "--user=u", "--object=a", "--base-url=http://files.example"],
    ])
  func unsendable(_ words: [String]) async throws {
    let memberCenter = EmbeddedMemberCenter.tested(by: HastyClock())
    let run = await CommandRun(words + ["--json"], at: memberCenter)
    #expect(run.code == .usage)
    #expect(try run.error()["code"] as? String == "invalid_argument")
    #expect(run.errorsAreOneLine)
    #expect(memberCenter.requestCount(of: .serviceToken) == 0)
  }

  @Test(
    "Command: where JSON is asked for, a mistake in the arguments is an object too",
    arguments: [["--json"], ["--format", "json"], ["--format=json"], ["--json", "--format=raw"]])
  func json(_ words: [String]) async throws {
    let error = try await CommandRun(["get"] + words).error()
    #expect(error["code"] as? String == "invalid_argument")
    #expect(error["attempts"] as? Int == 0)
    #expect(error["status"] is NSNull)
  }
}
