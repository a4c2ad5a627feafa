import Bridges
import Logging
import Metrics
import ServiceTokenClient
import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenPorts

// A fetch that is retried once, seen through both bridges.

let lines = Lines()
let numbers = Numbers()
MetricsSystem.bootstrap(numbers)

let token = #"{"access_token":"the-token","token_type":"Bearer","expires_in":60}"#
let http = ScriptedHTTP([
  .answer(HTTPResponse(status: 503)), .answer(HTTPResponse(status: 200, body: Array(token.utf8))),
])
let clock = ManualClock()
let client = try makeClient(
  Logger(label: "tokens") { _ in Handler(lines: lines) }, http: http, secrets: Secret("the-secret"), clock: clock)

async let fetched = client.token(for: "b a")
clock.advance(by: try await clock.nextSleep())
_ = try await fetched
for _ in 1...3 { _ = client.cachedToken(for: "a b") }
MetricsBridge().record(client.snapshot())

let prefix = "conversion.mc_token."
try expect(
  lines.all.map(\.message) == ["warning \(prefix)endpoint_error", "debug \(prefix)success", "info \(prefix)obtained"],
  "the messages are the events' names, with their levels")
try expect(lines.all[0].metadata["status"] == "503", "the metadata is the events' fields")
try expect(lines.all[2].metadata["scope"] == "a b", "of each kind")
try expect(
  numbers.all == [
    "service_token_closed_gates": 0, "service_token_failing_scopes": 0, "service_token_hits": 3,
    "service_token_events endpoint=service_token event=miss": 1,
    "service_token_events endpoint=service_token event=fetched": 1,
    "service_token_events endpoint=service_token event=waited": 1,
    "service_token_duration endpoint=service_token event=fetched": 1_000_000_000,
    "service_token_duration endpoint=service_token event=waited": 1_000_000_000,
    "service_token_scopes state=fresh": 1, "service_token_scopes state=refresh_due": 0,
    "service_token_scopes state=stale": 0, "service_token_scopes state=absent": 0,
  ], "the metrics are the cache's")
try expect(
  !"\(lines.all) \(numbers.all)".contains("the-token") && !"\(lines.all)".contains("the-secret"),
  "neither holds a secret")

print("a retried fetch is seen through the bridges to swift-log and swift-metrics")

struct NotSo: Error { var claim: String }

func expect(_ isSo: Bool, _ claim: String) throws {
  guard isSo else { throw NotSo(claim: claim) }
}
