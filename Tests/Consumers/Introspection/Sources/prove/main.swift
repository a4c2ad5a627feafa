import ServiceTokenClient
import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenPorts
import TokenIntrospection

let clock = ManualClock()
let secrets = InMemorySecretSource(Secret("before"))
let logger = RecordingLogger()
let http = ScriptedHTTP([
  // Introspection: busy, then the secret is refused, then another one is taken.
  .answer(HTTPResponse(status: 503)),
  .answer(HTTPResponse(status: 401)),
  .answer(HTTPResponse(status: 200, body: Array(#"{"active":true,"scope":"a"}"#.utf8))),
  // Introspection: this server has none.
  .answer(HTTPResponse(status: 404)),
  // Exchange, once.
  .answer(
    HTTPResponse(
      status: 200, body: Array(#"{"access_token":"exchanged","token_type":"Bearer","expires_in":60}"#.utf8))),
])
let client = ServiceTokenClient(
  configuration: try .init(issuer: "https://member-center.example", clientID: "visionA"),
  http: http, secrets: secrets, clock: clock, logger: logger)
let opaque = Secret("opaque")

// 503 is waited out and 401 makes the client read the secret anew, which was rotated meanwhile: none of it is the kind's.
async let verdict = client.call(IntrospectionEndpoint(), opaque)
let wait = try await clock.nextSleep()
secrets.set(Secret("after"))
clock.advance(by: wait)
let said = try await verdict
try expect(said == .init(isActive: true, scope: "a"), "the verdict comes after a retry and a recovery")
try expect(wait == .seconds(1), "the wait is the client's")
try expect(http.requests.count == 3, "three attempts, none of them the kind's doing")
let labels = logger.events(named: "conversion.mc_token.success").map { $0["endpoint"] }
try expect(labels == [.string("introspection")], "its events carry its name")

do {
  _ = try await client.call(IntrospectionEndpoint(), opaque)
  throw NotSo(claim: "404 is an error")
} catch let error as ServiceTokenError {
  try expect(error.code == .introspectionFailed && error.endpoint == "introspection", "an error of its own")
}

do {
  _ = try await client.call(IntrospectionEndpoint(), Secret(""))
  throw NotSo(claim: "no token is an error")
} catch let error as ServiceTokenError {
  try expect(error.code == .invalidArgument && http.requests.count == 4, "nothing is sent for no token")
}

// A kind from outside whose answers are cached: one request for two callers.
let billing = TokenRequest(scope: try Scope("bill"), audiences: ["https://billing.example"])
let first = try await client.token(from: ExchangeEndpoint(), for: billing)
let second = try await client.token(from: ExchangeEndpoint(), for: billing)
try expect(first.value == second.value && http.requests.count == 5, "its token is cached")
try expect(first.endpoint == "token_exchange", "its token carries its name")
client.invalidate(first)

print("two endpoint kinds from outside run with retry, recovery, log and cache, and none of that is written in them")

struct NotSo: Error { var claim: String }

func expect(_ isSo: Bool, _ claim: String) throws {
  guard isSo else { throw NotSo(claim: claim) }
}
