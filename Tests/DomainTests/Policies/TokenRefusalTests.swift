import ServiceTokenDomain
import Testing

/// The rows of the table in ``TokenRefusal``.
@Suite struct TokenRefusalTests {
  private static func isRefused(_ status: Int, _ challenges: [String]) -> Bool {
    var headers = HTTPHeaders()
    for challenge in challenges { headers.append(name: "WWW-Authenticate", value: challenge) }
    return TokenRefusal.isSaid(by: HTTPResponse(status: status, headers: headers))
  }

  @Test(
    "D7: a 401 refuses the token where no Bearer challenge gives another reason",
    arguments: [
      [], ["Bearer"], [#"Bearer realm="mc""#], [#"Basic realm="mc", error="insufficient_scope""#], ["no, challenge=\""],
    ])
  func plain(challenges: [String]) {
    #expect(Self.isRefused(401, challenges))
    for status in [200, 204, 302, 400, 402, 403, 404, 407, 500, 503] { #expect(!Self.isRefused(status, challenges)) }
  }

  @Test(
    "D7: 400, 401 and 403 refuse the token by invalid_token in a Bearer challenge, and no other status does",
    arguments: [
      [#"Bearer error="invalid_token""#], ["bearer error=invalid_token"],
      [#"Bearer realm="a, b", error="invalid_token", error_description="gone""#],
      [#"Basic realm="mc", Bearer error="invalid_token""#], ["Basic realm=mc", #"Bearer error="invalid_token""#],
      [#"Bearer error="insufficient_scope""#, #"Bearer error="invalid_token""#],
    ])
  func invalidToken(challenges: [String]) {
    for status in [400, 401, 403] { #expect(Self.isRefused(status, challenges)) }
    for status in [200, 302, 402, 404, 407, 500, 503] { #expect(!Self.isRefused(status, challenges)) }
  }

  @Test(
    "D7: another error in a Bearer challenge refuses no token, for a fresh one would fare no better",
    arguments: ["insufficient_scope", "invalid_request", "INVALID_TOKEN", "invalid_token2", ""])
  func otherErrors(error: String) {
    for status in [400, 401, 403] { #expect(!Self.isRefused(status, ["Bearer error=\"\(error)\""])) }
  }
}
