import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokens
import Testing

/// RFC 7662: asks the server whether a token is active.
struct Introspection: EndpointKind {
  var name: EndpointName { "introspection" }

  var failureCodes: FailureCodes {
    FailureCodes(
      unauthorized: .serviceClientUnauthorized, rejected: .introspectionFailed, unavailable: .idpUnavailable)
  }

  func label(for token: Secret) -> EndpointLabel { EndpointLabel("introspection") }

  func authorization(for token: Secret) -> EndpointAuthorization { .clientCredentials }

  func request(for token: Secret) -> EndpointRequest {
    EndpointRequest(
      path: "/oauth/introspect", content: .form([(name: "token", value: token.expose())]), secrets: [token])
  }

  func read(_ answer: EndpointAnswer, for token: Secret) throws -> EndpointReading<Bool> {
    guard case .bool(let isActive)? = try answer.jsonObject()["active"] else {
      throw AnswerRejection.invalidShape("active is missing or no boolean")
    }
    return EndpointReading(isActive)
  }
}

extension ServiceTokenError.Code {
  static let introspectionFailed = Self(
    "introspection_failed", httpStatus: 502, publicCode: "introspection_failed", messageKey: "token_failed")
}

func isActive(_ token: AccessToken, _ tokens: some ServiceTokenProvider) async throws -> Bool {
  try await tokens.call(Introspection(), token.value)
}

func introspectionReadsItsAnswer() throws {
  let answer = EndpointAnswer(
    response: HTTPResponse(status: 200, body: Array(#"{"active":true}"#.utf8)), sentAt: Reading(monotonic: 0, wall: 0))
  let reading = try Introspection().reading(of: answer, for: Secret("a token"))
  assert(reading.output == true)
}

@Suite("Adding an endpoint kind")
struct AddingAnEndpointKindExamples {
  @Test("The examples run")
  func examples() throws {
    try introspectionReadsItsAnswer()
  }
}
