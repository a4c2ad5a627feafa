import ServiceTokenInMemory
import ServiceTokens
import Testing

/// Ready when each scope that the service cannot do without has a token.
func health(of client: ServiceTokenClient, needing scopes: [Scope]) async -> HTTPResponse {
  try? await client.prewarm(scopes, within: .seconds(2))
  let snapshot = client.snapshot()
  let isReady = scopes.allSatisfy { client.cachedToken(for: $0) != nil }
  let entries = snapshot.entries.map { entry -> Wire.JSON in
    [
      "endpoint": .string(entry.endpoint.text), "scope": .string(entry.request.scope.text),
      "state": .string(entry.state.rawValue), "failures_in_a_row": .integer(Int64(entry.failuresInARow)),
      "last_failure": (entry.lastOutcome?.failure?.name).map { .string($0) } ?? .null,
      "expires_in": (entry.timeToExpiry?.components.seconds).map { .integer($0) } ?? .null,
    ]
  }
  let closed = snapshot.closedGates.map { gate -> Wire.JSON in
    ["endpoint": .string(gate.key.text), "opens_in": .integer(gate.value.components.seconds)]
  }
  let body: Wire.JSON = ["ready": .bool(isReady), "tokens": .array(entries), "closed_endpoints": .array(closed)]
  return HTTPResponse(
    status: isReady ? 200 : 503, headers: ["Content-Type": "application/json"], body: body.serialized())
}

@Suite("A health page", .timeLimit(.minutes(5)))
struct HealthPageExamples {
  private let clock = ManualClock()

  @Test("It is ready with its tokens and not without, says why, and shows neither token nor secret")
  func page() async throws {
    let memberCenter = EmbeddedMemberCenter(clock: clock)
    let client = try ServiceTokenClient.embedded(memberCenter, clock: clock, logger: RecordingLogger())
    let jobs = try Scope("converter:job.write")
    let ready = await health(of: client, needing: [jobs])
    #expect(ready.status == 200)
    #expect(
      String(decoding: ready.body, as: UTF8.self) == """
        {"ready":true,"tokens":[{"endpoint":"service_token","scope":"converter:job.write","state":"fresh",\
        "failures_in_a_row":0,"last_failure":null,"expires_in":3600}],"closed_endpoints":[]}
        """)

    clock.advance(by: .seconds(3600))
    memberCenter.failNext(with: .status(429, retryAfter: .seconds(60)))
    let unready = await health(of: client, needing: [jobs])
    #expect(unready.status == 503)
    #expect(
      String(decoding: unready.body, as: UTF8.self) == """
        {"ready":false,"tokens":[{"endpoint":"service_token","scope":"converter:job.write","state":"stale",\
        "failures_in_a_row":1,"last_failure":"idp_unavailable","expires_in":0}],\
        "closed_endpoints":[{"endpoint":"service_token","opens_in":60}]}
        """)
  }
}
