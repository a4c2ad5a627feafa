import ExchangeKinds
import ServiceTokenDomain

func billingToken(of user: Secret, _ tokens: some ServiceTokenProvider) async throws -> ExchangedToken {
  try await tokens.call(
    TokenExchange(), ExchangeRequest(subject: user, audiences: ["billing"], requestedType: .accessToken),
    within: .seconds(5))
}

func billingToken(_ tokens: some ServiceTokenProvider) async throws -> AccessToken {
  let own = try await tokens.token(for: "billing:exchange")
  let billing = TokenRequest(scope: try Scope("bill"), audiences: ["billing"])
  return try await tokens.token(from: ExchangeForService(), for: .init(subject: own, wanted: billing))
}
