import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenMemberCenter
import Testing

@Suite("Embedded Member Center: as a transport", .timeLimit(.minutes(1)))
struct EmbeddedMemberCenterTests {
  private let visit = MemberCenterVisit()
  private var memberCenter: EmbeddedMemberCenter { visit.memberCenter }

  @Test("R2: it fails as it is told, in order, and then answers again")
  func fails() async throws {
    let request = MemberCenterVisit.tokenRequest
    memberCenter.failNext(2, with: .status(503, retryAfter: .seconds(7)))
    memberCenter.failNext(of: .delegatedDownload, with: .failure(TransportFailure(.tls)))
    memberCenter.failNext(of: .serviceToken, with: .failure(TransportFailure(.connect)))
    memberCenter.failNext(with: .body("no JSON"))

    let first = try await visit.send(request)
    #expect(first.status == 503)
    #expect(first.response.headers["Retry-After"] == "7")
    #expect(try await visit.send(request).status == 503)
    await #expect(throws: TransportFailure(.connect)) { try await visit.send(request) }
    #expect(try await visit.send(request).response.body == Array("no JSON".utf8))
    #expect(try await visit.send(request).status == 200)
    await #expect(throws: TransportFailure(.tls)) { try await visit.send(MemberCenterVisit.downloadRequest("x")) }
    #expect(memberCenter.requestCount(of: .serviceToken) == 5)
    #expect(memberCenter.requestCount(of: .delegatedDownload) == 1)
  }

  @Test("S4: an answer is cut to what the request takes")
  func limits() async throws {
    var request = MemberCenterVisit.tokenRequest
    request.limits = HTTPRequest.Limits(success: 4, failure: 3)
    memberCenter.failNext(with: .body("12345"))
    memberCenter.failNext(with: .answer(HTTPResponse(status: 500, body: Array("123".utf8))))
    let long = try await visit.send(request).response
    #expect(long.body == Array("1234".utf8))
    #expect(long.end == .tooLong)
    #expect(try await visit.send(request).response.end == .complete)
  }

  @Test(
    "C1: another host than its own does not exist",
    arguments: ["https://elsewhere.example/oauth/token", "https://member-center.embedded.evil/oauth/token"])
  func knowsItsIssuer(_ url: String) async throws {
    var request = MemberCenterVisit.tokenRequest
    request.url = url
    let failure = await #expect(throws: TransportFailure.self) { try await visit.send(request) }
    #expect(failure?.kind == .nameResolution)
    #expect(memberCenter.requestCount(of: .serviceToken) == 0)
  }

  @Test("C2: a request that is held is answered when it is released")
  func holds() async throws {
    memberCenter.hold()
    async let first = visit.send(MemberCenterVisit.tokenRequest)
    async let second = visit.send(MemberCenterVisit.tokenRequest)
    await memberCenter.held(2)
    memberCenter.release()
    #expect(try await [first.status, second.status] == [200, 200])
    #expect(try await visit.send(MemberCenterVisit.tokenRequest).status == 200)
  }

  @Test("C2: a request that is held runs out of time by the clock")
  func timesOut() async throws {
    memberCenter.hold()
    let answer = Task { try await visit.send(MemberCenterVisit.tokenRequest) }
    #expect(try await visit.clock.nextSleep() == .seconds(10))
    visit.clock.advance(by: .seconds(10))
    let failure = await #expect(throws: TransportFailure.self) { try await answer.value }
    #expect(failure?.kind == .timeOut)
  }

  @Test("R6: a request that is held ends with its task")
  func isCancelled() async throws {
    memberCenter.hold()
    let task = Task { try await visit.send(MemberCenterVisit.tokenRequest) }
    await memberCenter.held(1)
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(memberCenter.issuedCount(of: .serviceToken) == 0)
  }

  @Test("R6: a task that was cancelled before sends nothing")
  func wasCancelled() async throws {
    let visit = visit
    await #expect(throws: CancellationError.self) {
      try await cancelled { try await visit.send(MemberCenterVisit.tokenRequest) }
    }
    #expect(memberCenter.requestCount(of: .serviceToken) == 0)
  }
}
