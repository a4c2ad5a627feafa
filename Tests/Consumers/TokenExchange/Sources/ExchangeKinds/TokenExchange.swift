import ServiceTokenDomain

/// `token_exchange`: swaps a token of somebody for one that acts on their behalf elsewhere (RFC 8693). Never cached.
package struct TokenExchange: EndpointKind {
  /// The path below the issuer: mostly the token endpoint's.
  package var path: String
  package init(path: String = "/oauth/token") { self.path = path }

  package var name: EndpointName { "token_exchange" }

  package var failureCodes: FailureCodes {
    FailureCodes(unauthorized: .serviceClientUnauthorized, rejected: .exchangeRefused, unavailable: .idpUnavailable)
  }

  /// Where the token is for: that is configuration, and no user's data. Never the subject.
  package func label(for input: ExchangeRequest) -> EndpointLabel {
    EndpointLabel((input.audiences + input.resources).joined(separator: " "))
  }

  package func authorization(for input: ExchangeRequest) -> EndpointAuthorization { .clientCredentials }

  package func validate(_ input: ExchangeRequest) throws {
    func require(_ isSo: Bool, _ claim: String) throws {
      if !isSo { throw ServiceTokenError(.invalidArgument, claim, endpoint: name) }
    }
    try require(!input.subject.isEmpty, "there is no subject token")
    // RFC 8693 §2.1: an absolute URI without a fragment.
    try require(
      input.resources.allSatisfy { $0.contains(":") && !$0.contains("#") }, "a resource is no absolute URI")
  }

  package func request(for input: ExchangeRequest) -> EndpointRequest {
    var form = [(name: "grant_type", value: "urn:ietf:params:oauth:grant-type:token-exchange")]
    form += input.resources.map { ("resource", $0) }
    form += input.audiences.map { ("audience", $0) }
    if let scope = input.scope { form.append(("scope", scope.text)) }
    if let type = input.requestedType { form.append(("requested_token_type", type.uri)) }
    form += [("subject_token", input.subject.expose()), ("subject_token_type", input.subjectType.uri)]
    return EndpointRequest(path: path, content: .form(form), secrets: [input.subject])
  }

  package func read(_ answer: EndpointAnswer, for input: ExchangeRequest) throws -> EndpointReading<ExchangedToken> {
    let json = try answer.jsonObject()
    let token = try TokenText.token(json["access_token"], named: "access_token")
    guard let value = token.value else {
      throw AnswerRejection.invalidShape("access_token is missing, empty or no token")
    }
    // Required by the RFC: without it nobody knows what was issued.
    guard let type = json["issued_token_type"]?.stringValue, !type.isEmpty else {
      throw AnswerRejection.invalidShape("issued_token_type is missing")
    }
    // Recommended only. A life of nothing is a fault all the same.
    let seconds = try TokenText.seconds(json["expires_in"], named: "expires_in")
    guard seconds ?? 1 > 0 else { throw AnswerRejection.invalidShape("expires_in is not above zero") }
    let exchanged = ExchangedToken(
      value: Secret(value), type: TokenType(type),
      isBearer: json["token_type"]?.stringValue?.lowercased() == "bearer",
      expiresAt: seconds.map { answer.sentAt.date.advanced(by: .seconds($0)) },
      scope: json["scope"]?.stringValue ?? input.scope?.text)
    return EndpointReading(
      exchanged, events: [LogEvent(.obtained, endpoint: name, fields: [.init("token_len", .int(token.length))])])
  }
}

extension ServiceTokenError.Code {
  /// The server does not exchange this token: it has expired, or it is not for there. `oauthError` tells which.
  package static let exchangeRefused = Self(
    "exchange_refused", httpStatus: 403, publicCode: "exchange_refused", messageKey: "token_failed")
}
