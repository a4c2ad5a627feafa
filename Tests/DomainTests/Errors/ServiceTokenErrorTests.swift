import ServiceTokenDomain
import Testing

@Suite struct ServiceTokenErrorTests {
  private typealias Code = ServiceTokenError.Code

  @Test("Errors: each carries the status, public code and message key of SPEC §6")
  func table() {
    let rows: [(Code, Int, String, String)] = [
      (.serviceClientUnauthorized, 500, "idp_misconfigured", "idp_misconfig"),
      (.idpMisconfigured, 500, "idp_misconfigured", "idp_misconfig"),
      (.idpUnavailable, 503, "idp_unavailable", "idp_down"),
      (.downloadTokenFailed, 502, "download_token_failed", "token_failed"),
      (.mcTokenUnavailable, 502, "mc_token_unavailable", "token_failed"),
      (.secretUnavailable, 500, "idp_misconfigured", "idp_misconfig"),
    ]
    for (code, status, publicCode, messageKey) in rows {
      #expect(code.httpStatus == status)
      #expect(code.publicCode == publicCode)
      #expect(code.messageKey == messageKey)
      #expect(code.description == code.name)
    }
  }

  @Test("Errors: no two classes have one code or one name")
  func distinct() {
    let all: [Code] = [
      .serviceClientUnauthorized, .idpMisconfigured, .idpUnavailable, .downloadTokenFailed, .mcTokenUnavailable,
      .invalidArgument, .invalidConfiguration, .secretUnavailable, .shutDown,
    ]
    #expect(Set(all).count == all.count)
    #expect(Set(all.map(\.name)).count == all.count)
  }

  @Test(
    "Errors: which one an answer is, for each endpoint",
    arguments: [
      (FailureCodes.serviceToken, Authorization.client, 401, "service_client_unauthorized"),
      (.serviceToken, .client, 403, "service_client_unauthorized"), (.serviceToken, .client, 400, "idp_misconfigured"),
      (.serviceToken, .client, 404, "idp_misconfigured"), (.serviceToken, .client, 302, "idp_misconfigured"),
      (.serviceToken, .client, 500, "idp_unavailable"), (.serviceToken, .client, 503, "idp_unavailable"),
      (.serviceToken, .client, 408, "idp_unavailable"), (.serviceToken, .client, 429, "idp_unavailable"),
      (.delegatedDownload, .bearer, 401, "service_client_unauthorized"),
      (.delegatedDownload, .bearer, 403, "service_client_unauthorized"),
      (.delegatedDownload, .bearer, 400, "download_token_failed"),
      (.delegatedDownload, .bearer, 404, "download_token_failed"),
      (.delegatedDownload, .bearer, 307, "download_token_failed"),
      (.delegatedDownload, .bearer, 502, "mc_token_unavailable"),
      (.delegatedDownload, .bearer, 408, "mc_token_unavailable"),
      (.delegatedDownload, .bearer, 429, "mc_token_unavailable"),
    ])
  func answers(codes: FailureCodes, authorization: Authorization, status: Int, name: String) throws {
    var call = try Call(codes: codes, authorization: authorization)
    let answer = AnswerFacts(status: status, retryAfter: .seconds(6))
    let failure = call.answeredToTheEnd(answer)
    let error = try #require(failure)
    #expect(error.code.name == name)
    #expect(error.status == status)
    #expect(error.endpoint == "test")
  }

  @Test(
    "Errors: no answer, time-out included, is the endpoint's unavailable error with the transport's failure as cause")
  func lost() throws {
    for (codes, name) in [(FailureCodes.serviceToken, "idp_unavailable"), (.delegatedDownload, "mc_token_unavailable")]
    {
      var call = try Call(codes: codes, authorization: .none, policy: RetryPolicy(maximumAttempts: 1))
      let failure = call.lostToTheEnd(TransportFailure(.timeOut))
      let error = try #require(failure)
      #expect(error.code.name == name)
      #expect(error.status == nil)
      #expect(error.attempts == 1)
      #expect(error.cause as? TransportFailure == TransportFailure(.timeOut))
    }
  }

  @Test(
    "Errors: the text names code, endpoint, message and facts, and nothing that a server wrote",
    arguments: [
      (ServiceTokenError(.invalidArgument, "m"), "invalid_argument: m"),
      (ServiceTokenError(.idpUnavailable, "m", endpoint: .serviceToken), "idp_unavailable (service_token): m"),
      (
        ServiceTokenError(
          .idpUnavailable, "m", endpoint: .serviceToken, status: 503, attempts: 3, retryAfter: .milliseconds(6001)),
        "idp_unavailable (service_token): m [status 503, 3 attempts, retry after 7 s]"
      ),
      (
        ServiceTokenError(.idpMisconfigured, "m", attempts: 1, oauthError: .invalidScope),
        "idp_misconfigured: m [1 attempt, error=invalid_scope]"
      ),
      (ServiceTokenError(.idpMisconfigured, "m", oauthError: OAuthErrorCode("canary")), "idp_misconfigured: m"),
      (ServiceTokenError(.idpMisconfigured, "m", redirectTarget: "https://canary/"), "idp_misconfigured: m"),
      (
        ServiceTokenError(.idpUnavailable, "m", attempts: 2, cause: TransportFailure(.timeOut)),
        "idp_unavailable: m [2 attempts]: time-out"
      ),
    ])
  func text(error: ServiceTokenError, text: String) {
    #expect(error.description == text)
    #expect(error.debugDescription == text)
    #expect("\(error as any Error)" == text)
  }
}
