import ServiceTokenClient
import ServiceTokenDomain
import ServiceTokenPorts
import ServiceTokenStandardError
import ServiceTokenSystemClock
import Team

let vault = Vault()
// Base64 of "visionA:opened", which the default form of client authentication sends as it is.
let transport = HouseTransport { request in
  guard request.url == "https://member-center.example/oauth/token" else { return nil }
  guard request.headers["Authorization"] == "Basic dmlzaW9uQTpvcGVuZWQ=" else { return HTTPResponse(status: 401) }
  return HTTPResponse(
    status: 200, body: Array(#"{"access_token":"house","token_type":"Bearer","expires_in":3600}"#.utf8))
}
let client = ServiceTokenClient(
  configuration: try .init(issuer: "https://member-center.example", clientID: "visionA"),
  http: transport, secrets: vault, clock: SystemClock(), logger: StandardErrorLogger())

do {
  _ = try await client.token(for: "converter:job.write")
  throw NotSo(claim: "a sealed vault is an error")
} catch let error as ServiceTokenError {
  try expect(error.code == .secretUnavailable, "a sealed vault is its own error")
}

await vault.open(with: Secret("opened"))
let token = try await client.token(for: "converter:job.write")
try expect(token.exposeAuthorization() == "Bearer house", "the token comes over the team's transport")
try expect(client.cachedToken(for: try Scope("converter:job.write")) != nil, "the token is cached by the real clock")

print("a client runs on a team's own transport and secret store, with our clock and logger")

struct NotSo: Error { var claim: String }

func expect(_ isSo: Bool, _ claim: String) throws {
  guard isSo else { throw NotSo(claim: claim) }
}
