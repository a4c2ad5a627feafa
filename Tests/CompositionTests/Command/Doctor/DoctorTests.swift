import Foundation
import ServiceTokens
import TestSupport
import Testing

@testable import service_token

@Suite("Doctor: a whole examination", .timeLimit(.minutes(1)))
struct DoctorTests {
  private let memberCenter = EmbeddedMemberCenter.tested(by: HastyClock())

  private func examine(
    _ words: String..., changes: [String: String] = [:], probes: Probes = .wellConnected
  ) async -> CommandRun {
    await CommandRun(["doctor"] + words, at: memberCenter, changes: changes, probes: probes)
  }

  /// What `--json` says, findings as `check.finding`.
  private func findings(_ run: CommandRun) throws -> [String] {
    let findings = try #require(try run.object()["findings"] as? [[String: Any]])
    return findings.map { "\($0["check"] ?? "").\($0["finding"] ?? "")" }
  }

  @Test("Doctor: where all is well it goes through every check, asks for one token, and prints none")
  func well() async throws {
    let run = await examine("--scope", "converter:job.read")
    #expect(run.code == .done)
    #expect(run.errors.isEmpty && run.events.isEmpty)
    for check in Check.allCases { #expect("\n\(run.output)".contains("\n\(check.rawValue) ")) }
    #expect(run.output.hasSuffix("\nAll that could be seen is well.\n"))
    #expect(memberCenter.requestCount(of: .serviceToken) == 1)
    #expect(!run.output.contains(Canary.secret) && !run.output.contains(Canary.tokenPrefix))
  }

  @Test("Doctor: every line begins with the check, or is what a line before it goes on with")
  func lines() async {
    let run = await examine(changes: ["MC_CLIENT_SECRET": "\(Canary.secret)2"])
    for line in run.output.split(separator: "\n").dropLast() {
      #expect(Check.allCases.contains { line.hasPrefix("\($0.rawValue) ") } || line.hasPrefix("    "), "\(line)")
      #expect(line.count <= 120)
    }
    #expect(run.output.contains("No tokens can be had because of: client, refused."))
    #expect(run.output.contains("Not looked at: scope, life."))
  }

  @Test("Doctor: --json is one object with all that was found, and what was not looked at")
  func json() async throws {
    let run = await examine("--json", "--scope", "converter:job.read")
    let object = try run.object()
    #expect(object.keys.sorted() == ["exit_code", "failure", "findings", "not_checked", "warnings"])
    #expect(object["exit_code"] as? Int == 0 && object["failure"] is NSNull && object["warnings"] as? Int == 0)
    #expect((object["not_checked"] as? [String])?.isEmpty == true)
    #expect(
      try findings(run) == [
        "configuration.setting", "configuration.setting", "configuration.setting", "configuration.setting",
        "name.resolved", "connection.connected", "tls.unseen", "endpoint.answered", "client.taken", "clock.unseen",
        "scope.granted", "life.long_enough",
      ])
    let finding = try #require((object["findings"] as? [[String: Any]])?.first)
    #expect(finding.keys.sorted() == ["advice", "check", "finding", "grade", "saw"])
  }

  @Test("S3: a secret that is refused was sent once, in one form, and the other is named")
  func refused() async throws {
    let run = await examine("--client-auth", "basic-encoded", "--json")
    #expect(run.code == .refused)
    #expect(try run.object()["failure"] as? String == "client.refused")
    #expect(run.output.contains("--client-auth basic-raw"))
    #expect(memberCenter.requestCount(of: .serviceToken) == 1)
    #expect(!run.output.contains(Canary.secret))
    let followed = await examine("--client-auth", "basic-raw")
    #expect(followed.code == .done)
  }

  @Test("Doctor: all settings that are wrong are told at once, and nothing is looked up or sent")
  func settings() async throws {
    let run = await examine(
      "--json",
      changes: [
        "MC_ISSUER": "", "MC_CLIENT_ID": "", "MC_CLIENT_SECRET": "", "MC_CLIENT_AUTH": Canary.secret,
        "MC_TOKEN_PATH": Canary.secret, "MC_DOWNLOAD_PATH": Canary.secret, "MC_CA_FILE": "/nowhere",
      ], probes: Probes(mode: { _ in nil }, resolve: { _ in .failed("asked") }, connect: { _, _ in [] }))
    #expect(run.code == .configuration)
    #expect(try findings(run) == Array(repeating: "configuration.setting_wrong", count: 7))
    for variable in [
      "MC_ISSUER", "MC_CLIENT_ID", "MC_CLIENT_SECRET_FILE", "MC_CLIENT_AUTH", "MC_TOKEN_PATH", "MC_DOWNLOAD_PATH",
      "MC_CA_FILE",
    ] {
      #expect(run.output.contains(variable))
    }
    #expect((try run.object()["not_checked"] as? [String])?.first == "name")
    #expect(memberCenter.requestCount(of: .serviceToken) == 0)
    #expect(!run.output.contains(Canary.secret))
  }

  @Test(
    "Doctor: what is wrong with plain http is told where it is mended",
    arguments: [
      (["MC_ISSUER": "http://mc.example"], "MC_ALLOW_HTTP_HOSTS=mc.example "),
      (["MC_ISSUER": "http://mc.example", "MC_ALLOW_HTTP_HOSTS": "a"], "MC_ALLOW_HTTP_HOSTS=a,mc.example "),
      (["MC_ALLOW_HTTP_HOSTS": "http://mc.example"], "Set MC_ALLOW_HTTP_HOSTS: "),
      (["MC_ISSUER": "", "MC_ALLOW_HTTP_HOSTS": "http://mc.example"], "Set MC_ISSUER: "),
      (["MC_ISSUER": "mc.example"], "Set MC_ISSUER: "),
    ])
  func plainHTTP(changes: [String: String], advice: String) async throws {
    let run = await examine("--json", changes: changes)
    #expect(run.code == .configuration)
    let findings = try #require(try run.object()["findings"] as? [[String: Any]])
    #expect(findings.contains { ($0["advice"] as? String)?.contains(advice) == true })
  }

  @Test("Doctor: the secret's file is told with its permissions, and what is no path is not shown")
  func file() async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "secret-\(UUID())")
    try Data("\(Canary.secret)\n".utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    var open = Probes.wellConnected
    open.mode = { _ in FileMode(bits: 0o644) }
    let changes = ["MC_CLIENT_SECRET": "", "MC_CLIENT_SECRET_FILE": file.path]
    let warned = await examine("--json", changes: changes, probes: open)
    #expect(warned.code == .done)
    #expect(try warned.object()["warnings"] as? Int == 1)
    #expect(try findings(warned).contains("configuration.file_open_to_others"))
    let closed = await examine("--json", changes: changes)
    #expect(try !findings(closed).contains("configuration.file_open_to_others"))

    let relative = String(repeating: "../", count: 40) + file.path.dropFirst()
    let strange = await examine(changes: ["MC_CLIENT_SECRET": "", "MC_CLIENT_SECRET_FILE": relative])
    #expect(strange.code == .done)
    #expect(strange.output.contains("not absolute") && !strange.output.contains(file.lastPathComponent))

    let mistaken = await examine(changes: ["MC_CLIENT_SECRET": "", "MC_CLIENT_SECRET_FILE": Canary.secret])
    #expect(mistaken.code == .configuration)
    let words = mistaken.output.split { $0.isWhitespace }.joined(separator: " ")
    #expect(words.contains("MC_CLIENT_SECRET_FILE, which is no absolute path and perhaps the secret itself: cannot"))
    #expect(words.contains("set MC_CLIENT_SECRET to that") && !words.contains("Is it mounted"))
    #expect(!mistaken.output.contains(Canary.secret))
  }

  @Test("Doctor: real permissions are read, of a link those of what it leads to")
  func modes() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "modes-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let (file, link) = (directory.appending(path: "file"), directory.appending(path: "link"))
    try Data().write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file.path)
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
    #expect(systemMode(of: file.path) == FileMode(bits: 0o640))
    #expect(systemMode(of: link.path) == FileMode(bits: 0o640))
    #expect(systemMode(of: directory.appending(path: "none").path) == nil)
  }

  @Test("Doctor: it goes on until something is found without which the next cannot be looked at")
  func stops() async throws {
    var noName = Probes.wellConnected
    noName.resolve = { _ in .failed("Name or service not known") }
    let unresolved = await examine("--json", probes: noName)
    #expect(unresolved.code == .unavailable)
    #expect(try unresolved.object()["failure"] as? String == "name.not_resolved")

    var closed = Probes.wellConnected
    closed.connect = { addresses, _ in addresses.map { ConnectionAttempt(address: $0, outcome: .refused) } }
    let unconnected = await examine("--json", probes: closed)
    #expect(unconnected.code == .unavailable)
    #expect(try unconnected.object()["failure"] as? String == "connection.not_connected")
    #expect(memberCenter.requestCount(of: .serviceToken) == 0)
  }

  @Test("Doctor: what goes through a proxy is looked at there")
  func proxy() async throws {
    let asked = Locked<[String]>([])
    var probes = Probes.wellConnected
    probes.resolve = { host in
      asked.withLock { $0.append(host) }
      return .addresses(["192.0.2.1"])
    }
    probes.connect = { addresses, port in
      asked.withLock { $0.append("\(port)") }
      return addresses.map { ConnectionAttempt(address: $0, outcome: .connected(after: .zero)) }
    }
    let run = await examine(changes: ["HTTPS_PROXY": "http://me:pw@proxy.example:3128"], probes: probes)
    #expect(asked.withLock { $0 } == ["proxy.example", "3128"])
    #expect(run.output.contains("HTTPS_PROXY leads through a proxy: proxy.example port 3128"))
    #expect(!run.output.contains("pw"))

    let mistaken = await examine("--json", changes: ["HTTPS_PROXY": "http://\(Canary.secret)@proxy.example:3128"])
    #expect(try findings(mistaken).contains("configuration.proxy_unreadable"))
    #expect(!mistaken.output.contains("s3cr3t"))
  }

  @Test(
    "Doctor: it ends as get does, whatever the server answers",
    arguments: [200, 204, 301, 307, 400, 401, 403, 404, 405, 408, 418, 429, 500, 502, 503])
  func sameAsGet(status: Int) async {
    let answer = HTTPResponse(status: status, headers: ["Location": "https://b.example/oauth/token"])
    memberCenter.failNext(6, with: .answer(answer))
    let get = await CommandRun("get", "--scope", "converter:job.read", at: memberCenter)
    memberCenter.failNext(6, with: .answer(answer))
    let examined = await examine("--scope", "converter:job.read")
    #expect(examined.code == get.code)
  }

  @Test("Doctor: it ends as get does where no answer comes, and sends nothing twice")
  func noAnswer() async throws {
    memberCenter.failNext(with: .failure(TransportFailure(.brokenOff, "reset")))
    let run = await examine("--json")
    #expect(run.code == .unavailable)
    #expect(try run.object()["failure"] as? String == "endpoint.no_answer")
    #expect(memberCenter.requestCount(of: .serviceToken) == 1)
  }

  @Test("Doctor: what a server repeats of the secret is not shown")
  func echo() async {
    for (headers, body) in [
      (["Location": "https://b.example/\(Canary.secret)/oauth/token"], ""), ([:], #"{"error":"\#(Canary.secret)"}"#),
      ([:], #"{"access_token":"\#(Canary.secret)","expires_in":60,"scope":"\#(Canary.secret)","token_type":"x"}"#),
    ] as [([String: String], String)] {
      for status in [200, 307, 400, 401] {
        memberCenter.failNext(
          with: .answer(
            HTTPResponse(
              status: status, headers: HTTPHeaders(headers.map { .init(name: $0.key, value: $0.value) }),
              body: Array(body.utf8))))
        let run = await examine("--json")
        #expect(!run.output.contains(Canary.secret))
      }
    }
  }

  @Test("Doctor: its paths are those of the variables")
  func paths() async throws {
    let run = await examine("--json", changes: ["MC_TOKEN_PATH": "/elsewhere"])
    #expect(run.code == .failed)
    #expect(try run.object()["failure"] as? String == "endpoint.request_refused")
    #expect(run.output.contains("/elsewhere answered 404"))
  }

  @Test("Doctor: 130 when its task is cancelled, while a name is looked up as well as while a server is silent")
  func interrupted() async {
    memberCenter.hold()
    let run = Task { await examine("--json") }
    await memberCenter.held(1)
    run.cancel()
    #expect(await run.value.code == .interrupted)
    #expect(await run.value.output.isEmpty)

    var probes = Probes.wellConnected
    probes.resolve = { _ in
      unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
      return try await onThreadOfItsOwn { .addresses([]) }
    }
    let early = Task { [probes] in await examine("--json", probes: probes) }
    #expect(await early.value.code == .interrupted)
  }

  @Test("Doctor: 74 where standard output is closed")
  func closedOutput() async {
    let run = await CommandRun("doctor", at: memberCenter, outputFailure: EPIPE)
    #expect(run.code == .cannotWrite)
    #expect(run.errors.isEmpty)
  }
}
