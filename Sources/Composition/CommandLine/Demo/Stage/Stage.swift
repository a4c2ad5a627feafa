import ServiceTokenInMemory
import ServiceTokens

/// A real client before a real Member Center, on a clock that the director turns, and a witness of what they do.
final class Stage: Sendable {
  private let witness = Witness()
  private let clock = ManualClock()
  private let began: Reading
  private let memberCenter: EmbeddedMemberCenter
  private let client: ServiceTokenClient

  init() throws {
    began = clock.now()
    memberCenter = EmbeddedMemberCenter(clock: clock)
    let known = memberCenter.configuration.clients[0]
    client = try .live(
      issuer: memberCenter.configuration.issuer, clientID: known.id, clientSecret: known.secret,
      transport: .custom(WatchedTransport(to: memberCenter, clock: clock, witness: witness)),
      clock: WatchedClock(clock: clock, witness: witness), logger: WatchedLog(witness: witness)
    ) { [witness] configuration in
      configuration.observer = { event in
        if let happening = Happening(event) { witness.saw(happening, taking: event.duration) }
      }
      // No jitter: the refresh is due when its window opens.
      configuration.randomNumber = { 0 }
    }
  }

  /// Plays one scene, and shows each of its moments.
  ///
  /// - Throws: what `show` throws; `CancellationError`; a caller's error, which there should be none of.
  func play(_ scene: Scene, _ show: (Moment) async throws -> Void) async throws {
    clock.advance(by: scene.begins - clock.now().elapsed(since: began))
    begin(scene.trouble)
    let scope = try Scope(scene.scope)
    try await withThrowingTaskGroup(of: Void.self) { group in
      witness.saw(Happening(.asked, scene.errand), times: Scene.callers)
      let tokens = client.tokens(for: scope)
      for number in 1...Scene.callers {
        group.addTask { await self.call(scene.errand, tokens, number: number) }
      }
      for (index, wanted) in scene.moments.enumerated() {
        try await witness.sees(wanted)
        let moment = Moment(
          at: clock.now().elapsed(since: began), witness.sights(hits: client.snapshot().hits))
        try await show(moment)
        if index + 1 < scene.moments.count { try await turn(past: moment.waits) }
      }
    }
  }

  /// What both sides have counted.
  var totals: Totals {
    let snapshot = client.snapshot()
    return Totals(
      hits: snapshot.hits, misses: snapshot.misses, tokenRequests: memberCenter.requestCount(of: .serviceToken),
      tokensIssued: memberCenter.issuedCount(of: .serviceToken))
  }

  private func begin(_ trouble: Scene.Trouble) {
    switch trouble {
    case .none: break
    case .failure(let status): memberCenter.failNext(of: .serviceToken, with: .status(status))
    case .revocation:
      memberCenter.revokeAll()
      witness.saw(Happening(.revoked))
    }
  }

  private func call(_ errand: EndpointName, _ tokens: TokenHandle, number: Int) async {
    do {
      if errand == .serviceToken {
        _ = try await tokens.token()
      } else {
        _ = try await client.downloadToken(
          for: DownloadRequest(tenantID: "t1", userID: "u\(number)", objectKey: "users/\(number)/report.pdf"))
      }
      witness.saw(Happening(.served, errand))
    } catch {
      witness.lost(error)
    }
  }

  /// Turns the clock to where the first of `count` waits ends.
  private func turn(past count: Int) async throws {
    var shortest: Duration?
    for _ in 0..<count {
      let wait = try await clock.nextSleep()
      shortest = min(shortest ?? wait, wait)
    }
    if let shortest { clock.advance(by: shortest) }
  }
}

/// The way to the server, which takes its time.
private struct WatchedTransport: Ports.HTTP {
  private let memberCenter: EmbeddedMemberCenter
  private let clock: ManualClock
  private let witness: Witness

  init(to memberCenter: EmbeddedMemberCenter, clock: ManualClock, witness: Witness) {
    (self.memberCenter, self.clock, self.witness) = (memberCenter, clock, witness)
  }

  func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse {
    let isForToken = request.url.hasSuffix("/oauth/token")
    witness.saw(Happening(.sent, isForToken ? .serviceToken : .delegatedDownload))
    try await clock.sleep(for: .milliseconds(40))
    return try await memberCenter.send(request, timeout: timeout)
  }
}

/// The engine's clock: what it waits for between two attempts can be seen.
private struct WatchedClock: Ports.Clock {
  let clock: ManualClock
  let witness: Witness

  func now() -> Reading { clock.now() }

  func sleep(for duration: Duration) async throws {
    witness.saw(Happening(.backedOff), taking: duration)
    try await clock.sleep(for: duration)
  }
}

/// The engine's log.
private struct WatchedLog: Ports.Logger {
  let witness: Witness

  func log(_ event: LogEvent) {
    if let happening = Happening(event) { witness.saw(happening) }
  }
}
