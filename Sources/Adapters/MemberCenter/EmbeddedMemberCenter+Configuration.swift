public import ServiceTokenDomain

extension EmbeddedMemberCenter {
  /// Where an embedded Member Center is, whom it knows, and what it issues.
  public struct Configuration: Sendable {
    /// The issuer, without a slash at its end. Only URLs below it are answered.
    public var issuer: String
    /// The clients that it knows.
    public var clients: [Client]
    /// The forms of client authentication that it takes (SPEC S3). Like Member Center, the raw one by default.
    public var clientAuthentications: Set<ClientAuthentication>
    /// How long a service token lives; whole seconds of it are announced.
    public var tokenLife: Duration
    /// What every token begins with, so that a test can look for tokens where none must be. Characters of
    /// `%x20-7E` (RFC 6749 appendix A.12).
    public var tokenPrefix: String

    /// Makes a configuration; every part has a default, which is a client with a random secret that may have any scope.
    public init(
      issuer: String = "https://member-center.embedded", clients: [Client] = [Client()],
      clientAuthentications: Set<ClientAuthentication> = [.basicRaw], tokenLife: Duration = .seconds(3600),
      tokenPrefix: String = "embedded-"
    ) {
      self.issuer = issuer
      self.clients = clients
      self.clientAuthentications = clientAuthentications
      self.tokenLife = tokenLife
      self.tokenPrefix = tokenPrefix
    }
  }

  /// A client that a Member Center knows.
  public struct Client: Sendable {
    /// The client id.
    public var id: String
    /// The secret at the start; see ``EmbeddedMemberCenter/rotateSecret(of:to:acceptingOld:)``.
    public var secret: Secret
    /// The values of scope that it may have; nil for any that RFC 6749 §3.3 allows.
    public var scopes: Set<String>?

    /// Makes a client; the default is one whose secret nobody knows but who asks this value.
    public init(
      id: String = "embedded-client", secret: Secret = Secret(RandomText.make()), scopes: Set<String>? = nil
    ) {
      self.id = id
      self.secret = secret
      self.scopes = scopes
    }
  }
}
