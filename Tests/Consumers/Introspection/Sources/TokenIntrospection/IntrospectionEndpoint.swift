import ServiceTokenDomain

/// `introspection`: asks the server whether a token is active, and what it may do (RFC 7662).
package struct IntrospectionEndpoint: EndpointKind {
  /// What the server says of a token.
  package struct Verdict: Sendable, Hashable {
    package var isActive: Bool
    package var scope: String?
    package var expiresAt: Timestamp?

    package init(isActive: Bool, scope: String? = nil, expiresAt: Timestamp? = nil) {
      self.isActive = isActive
      self.scope = scope
      self.expiresAt = expiresAt
    }
  }

  package init() {}

  package var name: EndpointName { "introspection" }

  package var failureCodes: FailureCodes {
    FailureCodes(unauthorized: .serviceClientUnauthorized, rejected: .introspectionFailed, unavailable: .idpUnavailable)
  }

  package func validate(_ token: Secret) throws {
    guard !token.isEmpty else { throw ServiceTokenError(.invalidArgument, "there is no token", endpoint: name) }
  }

  /// Nothing tells two tokens apart that may be logged.
  package func label(for token: Secret) -> EndpointLabel { EndpointLabel("introspection") }

  package func authorization(for token: Secret) -> EndpointAuthorization { .clientCredentials }

  package func request(for token: Secret) -> EndpointRequest {
    EndpointRequest(
      path: "/oauth/introspect",
      content: .form([(name: "token", value: token.expose()), (name: "token_type_hint", value: "access_token")]))
  }

  package func read(_ answer: EndpointAnswer, for token: Secret) throws -> EndpointReading<Verdict> {
    let json = try answer.jsonObject()
    guard case .bool(let isActive)? = json["active"] else {
      throw AnswerRejection.invalidShape("active is missing or no boolean")
    }
    // An inactive token says no more (RFC 7662 §2.2).
    guard isActive else { return EndpointReading(Verdict(isActive: false)) }
    let expiresAt = json["exp"]?.numberText.flatMap { Wire.Number($0)?.floor }.map { Timestamp(seconds: $0) }
    return EndpointReading(Verdict(isActive: true, scope: json["scope"]?.stringValue, expiresAt: expiresAt))
  }
}

extension ServiceTokenError.Code {
  /// The introspection endpoint refused the request itself.
  package static let introspectionFailed = Self(
    "introspection_failed", httpStatus: 502, publicCode: "introspection_failed", messageKey: "token_failed")
}
