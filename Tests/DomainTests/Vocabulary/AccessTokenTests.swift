import ServiceTokenDomain
import TestSupport
import Testing

@Suite struct AccessTokenTests {
  @Test("S5: a token expires its life after both clocks of just before the request")
  func expiry() throws {
    let request = try TokenRequest.of("a")
    let token = AccessToken(
      value: Secret(Canary.token(1)), grantedScope: "b a", expiresIn: .seconds(60), request: request, sentAt: .start)
    #expect(token.expiresAt == Timestamp(seconds: 1_700_000_060))
    #expect(token.sentAt == .start)
    #expect(token.expiresIn == .seconds(60))
    #expect(token.request == request)
    #expect(token.endpoint == .serviceToken)
    #expect(token.type == "Bearer")
    #expect(token.grantedScope == "b a")
    #expect(token.description == "access token for a")
    #expect(token.exposeAuthorization() == "Bearer \(Canary.token(1))")
  }
}
