import ServiceTokenDomain

/// What kind of token it is: a URI (RFC 8693 §3), an open set.
package struct TokenType: Sendable, Hashable {
  package let uri: String
  package init(_ uri: String) { self.uri = uri }

  package static let accessToken = TokenType("urn:ietf:params:oauth:token-type:access_token")
  package static let refreshToken = TokenType("urn:ietf:params:oauth:token-type:refresh_token")
  package static let idToken = TokenType("urn:ietf:params:oauth:token-type:id_token")
  package static let jwt = TokenType("urn:ietf:params:oauth:token-type:jwt")
}

/// What is exchanged, and for what (RFC 8693 §2.1).
package struct ExchangeRequest: Sendable {
  /// The token of the one on whose behalf the new one is.
  package var subject: Secret
  package var subjectType: TokenType
  /// The logical names, and the absolute URIs, of where the new token is to be used.
  package var audiences: [String]
  package var resources: [String]
  /// What it may do; nil leaves that to the server.
  package var scope: Scope?
  /// What the new token is to be; nil leaves that to the server.
  package var requestedType: TokenType?

  package init(
    subject: Secret, subjectType: TokenType = .accessToken, audiences: [String] = [], resources: [String] = [],
    scope: Scope? = nil, requestedType: TokenType? = nil
  ) {
    self.subject = subject
    self.subjectType = subjectType
    self.audiences = audiences
    self.resources = resources
    self.scope = scope
    self.requestedType = requestedType
  }
}

/// What came of it (RFC 8693 §2.2.1).
package struct ExchangedToken: Sendable {
  package var value: Secret
  package var type: TokenType
  /// Whether it goes into an `Authorization: Bearer`; a token of another kind is `N_A`, and goes where its kind goes.
  package var isBearer: Bool
  /// When it expires; nil where the server does not say.
  package var expiresAt: Timestamp?
  /// What it may do, where the server says so; else what was asked for.
  package var scope: String?
}
