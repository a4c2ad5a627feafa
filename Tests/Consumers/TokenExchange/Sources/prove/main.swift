import ExchangeKinds
import ServiceTokenClient
import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenPorts

// The cached kind with a client: one exchange for all who ask, whichever of the service's own tokens they came with.

let http = ScriptedHTTP { request, number in
  let isExchange = String(decoding: request.body, as: UTF8.self).contains("token-exchange")
  let kind = isExchange ? #","issued_token_type":"urn:ietf:params:oauth:token-type:access_token""# : ""
  let body = #"{"access_token":"token-\#(number)","token_type":"Bearer","expires_in":60\#(kind)}"#
  return HTTPResponse(status: 200, body: Array(body.utf8))
}
let clock = ManualClock()
let client = ServiceTokenClient(
  configuration: try .init(issuer: "https://member-center.example", clientID: "visionA"),
  http: http, secrets: Secret("secret"), clock: clock, logger: RecordingLogger())

let first = try await billingToken(client)
try expect(try await billingToken(client).value == first.value && http.requests.count == 2, "its token is cached")
try expect(
  first.endpoint == "service_exchange" && first.request.audiences == ["billing"],
  "and says what it is and what it is for")

// A 401 from the billing service: exactly that token is dropped.
client.invalidate(first)
let second = try await billingToken(client)
try expect(second.value != first.value && http.requests.count == 3, "a refused token is exchanged anew")

// A handle leads to the same tokens without looking them up.
let own = try await client.token(for: "billing:exchange")
let handle = try client.tokens(from: ExchangeForService(), for: .init(subject: own, wanted: second.request))
try expect(handle.cachedToken?.value == second.value, "a handle reads them")

// The other kind with the same client: each call exchanges anew.
let (one, other) = (
  try await billingToken(of: Secret("users"), client), try await billingToken(of: Secret("users"), client)
)
try expect(one.value != other.value && one.isBearer, "a user's token is exchanged with each call")

print("two endpoint kinds from outside run, one with cache, recovery and handles, and none of that is written in them")

struct NotSo: Error { var claim: String }

func expect(_ isSo: Bool, _ claim: String) throws {
  guard isSo else { throw NotSo(claim: claim) }
}
