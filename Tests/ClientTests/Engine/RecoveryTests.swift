import ServiceTokenClient
import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenPorts
import TestSupport
import Testing

@Suite("After a resource server refused a token", .timeLimit(.minutes(5)))
struct RecoveryTests {
  // A literal that is right.
  private static let api = try! BaseURL("https://api.test/v1", setting: "API_URL")
  private static let jobsScope = jobs.scope

  @Test("D7: a 401 storm of 1,000 callers causes one refresh")
  func storm() async throws {
    let rig = try Rig(ScriptedHTTP { _, number in .token(number) })
    let revoked = try await rig.client.token(for: jobs)
    // All have been refused before anybody says so.
    let allRefused = Countdown(1000)
    try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<1000 {
        group.addTask {
          try await rig.client.withToken(for: jobs, within: nil) { token in
            guard token.value == revoked.value else { return .accepted(token.name) }
            await allRefused.arrive()
            return .refused("refused")
          }
        }
      }
      for try await name in group { #expect(name == "2") }
    }
    // Printed for `Scripts/show-engine`.
    print("shown: 1000 callers refused with 401 at once: \(rig.http.requests.count - 1) refresh")
    #expect(rig.http.requests.count == 2)
  }

  @Test("D7: tokens of a kind from outside are recovered too, by the client and by a handle")
  func kindFromOutside() async throws {
    let rig = try Rig(ScriptedHTTP { _, number in .token(number) })
    let kind = Exchange()
    #expect(rig.client.cachedToken(from: kind, for: jobs) == nil)
    #expect(try await rig.client.token(from: kind, for: jobs, within: nil).name == "1")
    #expect(rig.client.cachedToken(from: kind, for: jobs)?.name == "1")
    var seen: [String] = []
    func use(_ token: AccessToken) -> TokenUse<[String]> {
      seen.append(token.name)
      return seen.count == 1 ? .refused(seen) : .accepted(seen)
    }
    #expect(try await rig.client.withToken(from: kind, for: jobs) { use($0) } == ["1", "2"])
    seen = []
    rig.clock.advance(by: .seconds(30))
    let handle = try rig.client.tokens(from: kind, for: jobs)
    #expect(try await handle.withToken { use($0) } == ["2", "3"])
    // The service's own tokens are others.
    #expect(rig.client.cachedToken(for: jobs) == nil)
  }

  @Test("D7: who is refused twice gets what came of it, and the fresh token stays for 30 s")
  func refusedTwice() async throws {
    let rig = try Rig(ScriptedHTTP { _, number in .token(number) })
    _ = try await rig.client.token(for: jobs)
    func call() async throws -> [String] {
      var seen: [String] = []
      return try await rig.client.withToken(for: jobs, within: nil) { token in
        seen.append(token.name)
        return .refused(seen)
      }
    }
    #expect(try await call() == ["1", "2"])
    // The server refuses for another reason: its load does not double.
    #expect(try await call() == ["2"])
    #expect(rig.client.cachedToken(for: jobs)?.name == "2")
    rig.clock.advance(by: .seconds(30))
    #expect(try await call() == ["2", "3"])
  }

  @Test("D7: a token that was fetched for this very call is dropped where it is refused, and the call not repeated")
  func freshRefused() async throws {
    let rig = try Rig(ScriptedHTTP { _, number in .token(number) })
    let result = try await rig.client.withToken(for: jobs, within: nil) { .refused($0.name) }
    #expect(result == "1")
    #expect(rig.client.cachedToken(for: jobs) == nil)
  }

  @Test("D7: whoever reports a token that has been replaced gets the newer one, and drops nothing")
  func supersededToken() async throws {
    let rig = try Rig(ScriptedHTTP { _, number in .token(number) })
    let old = try await rig.client.token(for: jobs)
    let name = try await rig.client.withToken(for: jobs, within: nil) { token in
      guard token.value == old.value else { return .accepted(token.name) }
      // Meanwhile somebody else has replaced it.
      rig.client.invalidate(old)
      _ = try await rig.client.token(for: jobs)
      return .refused(token.name)
    }
    #expect(name == "2")
    #expect(rig.http.requests.count == 2)
  }

  @Test("D7: what the closure throws passes through, and the token stays")
  func closureThrows() async throws {
    struct Own: Error {}
    let rig = try Rig([.answer(.token(1))])
    await #expect(throws: Own.self) {
      try await rig.client.withToken(for: jobs, within: nil) { _ -> TokenUse<Int> in throw Own() }
    }
    #expect(rig.client.cachedToken(for: jobs)?.name == "1")
  }

  // MARK: - The transport that sends tokens along

  /// The authorization server and the API behind one transport.
  private func rig(api answer: @escaping @Sendable (_ authorization: String?) -> HTTPResponse) throws -> Rig {
    let issued = Locked(0)
    return try Rig(
      ScriptedHTTP { request, _ in
        if request.url.hasPrefix(Self.api.text) { return answer(request.headers["Authorization"]) }
        return .token(
          issued.withLock {
            $0 += 1
            return $0
          })
      })
  }

  private let request = HTTPRequest(method: "GET", url: "https://api.test/v1/jobs")

  @Test(
    "D7, RFC 6750 §3.1: a request whose token is refused is sent once more with a fresh one",
    arguments: [
      (401, nil), (401, #"Bearer realm="x""#), (401, #"Basic realm="x", Bearer error="invalid_token""#),
      (403, #"Bearer error="invalid_token""#),
    ] as [(Int, String?)])
  func authorizedHTTP(status: Int, challenge: String?) async throws {
    let rig = try rig { authorization in
      guard authorization != "Bearer \(Canary.token(1))" else {
        return HTTPResponse(status: status, headers: challenge.map { ["WWW-Authenticate": $0] } ?? [:])
      }
      return HTTPResponse(status: authorization == nil ? 400 : 200)
    }
    let api = rig.client.authorizedHTTP(for: Self.jobsScope, below: Self.api)
    _ = try await rig.client.token(for: jobs)
    #expect(try await api.send(request, timeout: .seconds(10)).status == 200)
    #expect(rig.http.requests.count == 4)
    #expect(try await api.send(request, timeout: .seconds(10)).status == 200)
    #expect(rig.http.requests.count == 5)
  }

  @Test(
    "D7, RFC 6750 §3.1: any other refusal is the answer, and the token stays",
    arguments: [
      (401, #"Bearer error="insufficient_scope""#), (403, nil), (403, #"Bearer error="insufficient_scope""#),
      (404, #"Bearer error="invalid_token""#),
    ] as [(Int, String?)])
  func otherRefusals(status: Int, challenge: String?) async throws {
    let rig = try rig { _ in
      HTTPResponse(status: status, headers: challenge.map { ["WWW-Authenticate": $0] } ?? [:])
    }
    let api = rig.client.authorizedHTTP(for: Self.jobsScope, below: Self.api)
    _ = try await rig.client.token(for: jobs)
    #expect(try await api.send(request, timeout: .seconds(10)).status == status)
    #expect(rig.http.requests.count == 2)
    #expect(rig.client.cachedToken(for: jobs)?.name == "1")
  }

  @Test("D7: nothing is sent without a token because fetching one failed")
  func failsClosed() async throws {
    let rig = try Rig([.answer(HTTPResponse(status: 400))])
    let api = rig.client.authorizedHTTP(for: Self.jobsScope, below: Self.api)
    let error = try await #require(throws: ServiceTokenError.self) {
      try await api.send(request, timeout: .seconds(10))
    }
    #expect(error.code == .idpMisconfigured)
    #expect(rig.http.requests.count == 1)
  }

  @Test(
    "C4: a token goes to the server that it is for and to no other",
    arguments: [
      "https://api.test/v2", "https://api.test/v1evil", "https://api.test.evil/v1", "http://api.test/v1",
      "https://api.test:8443/v1", "https://api.test@evil/v1", "https://api.test/v1@evil",
    ])
  func otherServers(url: String) async throws {
    let rig = try Rig([.answer(.token(1))])
    let api = rig.client.authorizedHTTP(for: Self.jobsScope, below: Self.api)
    let error = try await #require(throws: ServiceTokenError.self) {
      try await api.send(HTTPRequest(method: "GET", url: url), timeout: .seconds(10))
    }
    #expect(error.code == .invalidArgument)
    #expect(rig.http.requests.isEmpty)
  }

  @Test("R1: waiting for a token counts into the time that the caller gave for the whole")
  func oneDeadline() async throws {
    let rig = try Rig([.hold(ScriptedHTTP.Held())])
    let api = rig.client.authorizedHTTP(for: Self.jobsScope, below: Self.api)
    let answer = Task { try await api.send(request, timeout: .seconds(3)) }
    #expect(try await rig.clock.nextSleep() == .seconds(3))
    rig.clock.advance(by: .seconds(3))
    let error = try await #require(throws: ServiceTokenError.self) { try await answer.value }
    #expect(error.code == .deadlineExceeded)
  }
}

/// Lets all go on when as many have arrived as were expected.
private final class Countdown: Sendable {
  private let left: Locked<Int>
  private let gate = AsyncGate()

  init(_ count: Int) { left = Locked(count) }

  func arrive() async {
    let isLast = left.withLock { left in
      left -= 1
      return left == 0
    }
    if isLast { gate.open() }
    await gate.passed()
  }
}
