import ServiceTokenDomain
import ServiceTokenInMemory
import TestSupport
import Testing

/// Docs/Failures.md is the fixture: each row is played for real, over libcurl. What the page says of URLSession on Linux
/// is played by `Scripts/check-hostile`, in a process for each act: a few of them hold up every request of theirs.
@Suite("What comes of a hostile server", .timeLimit(.minutes(5)))
struct FailureTests {
  @Test("Every act has a row, every row an act, and they say the same of what the server does")
  func pageIsWhole() {
    #expect(FailureRow.all.map(\.act) == HostileServer.acts.map(\.name))
    #expect(FailureRow.all.map(\.summary) == HostileServer.acts.map(\.summary))
  }

  @Test(
    "S4, D4, D5, R1, R2, R3, R4, R5, R7, C2, Errors, Log: a hostile server leads to what the page says",
    arguments: Transport.exact, FailureRow.all)
  func row(transport: Transport, row: FailureRow) async throws {
    let act = try #require(HostileServer.acts.first { $0.name == row.act })
    guard let expected = row.failing(over: transport) else { return }
    let endpoints = [EndpointName.serviceToken, .delegatedDownload].filter(act.endpoints.contains)
    try await withThrowingTaskGroup { group in
      for endpoint in endpoints {
        group.addTask {
          let isMapped = endpoint == .delegatedDownload && endpoints.count > 1
          try await check(act, at: endpoint, over: transport, isMapped ? expected.atDownload : expected)
        }
      }
      try await group.waitForAll()
    }
  }

  private func check(
    _ act: HostileServer.Act, at endpoint: EndpointName, over transport: Transport, _ expected: Failing
  ) async throws {
    // An attempt that is to run out of its time gets little, and more where that was too little for the head that is to
    // come first: how much that is, is the machine's affair. Any other never runs out.
    var timeouts = expected.timeOuts > 0 ? [1, 5, 25].map { Duration.seconds($0) } : [.seconds(300)]
    var attemptTimeout = timeouts.removeFirst()
    var run = try await HostileRun(act, at: endpoint, over: transport, attemptTimeout: attemptTimeout)
    while run.inWords(timeOuts: expected.timeOuts) != expected, let longer = timeouts.first {
      timeouts.removeFirst()
      attemptTimeout = longer
      run = try await HostileRun(act, at: endpoint, over: transport, attemptTimeout: attemptTimeout)
    }
    #expect(run.inWords(timeOuts: expected.timeOuts) == expected, "\(endpoint)")

    let grain = Duration.milliseconds(5)
    #expect(run.duration >= attemptTimeout * expected.timeOuts - grain || expected.timeOuts == 0)
    if let error = run.error {
      #expect(error.attempts == run.loggedAttempts)
      #expect(error.endpoint == endpoint)
    }
    #expect(run.connectionsElsewhere == 0)
    #expect(run.facts.cameBack == [])
    // What Linux lets lie between two sockets (tcp_rmem, tcp_wmem: 6 and 4 MiB), and what is read. What ends by its
    // deadline may read for as long, as long as it keeps nothing.
    let most = 16 * 1024 * 1024 * max(1, run.requestCount)
    #expect(run.facts.bytesSent <= most || expected.timeOuts > 0)

    var texts = run.events.flatMap { event in event.fields.map { "\($0.value)" } }
    if let error = run.error {
      texts += everyText(of: error) + everyText(of: error.cause as Any)
      texts += [error.redirectTarget ?? "", error.oauthError?.text ?? ""]
    }
    for secret in Self.secrets { #expect(!texts.contains { $0.contains(secret) }) }
  }

  /// The secret in each form in which it travels, the tokens by what they begin with.
  private static let secrets = [
    Canary.secret, "s3cr3t%2B%2F%3D%26", "dmlzaW9uQTpzM2NyM3QrLz0mICV4", Canary.tokenPrefix,
  ]
}
