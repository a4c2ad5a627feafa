public import ServiceTokenDomain
public import ServiceTokenPorts

/// The team's secret store: leases that run out and are renewed behind the client's back.
public actor Vault: Ports.SecretSource {
  public struct Sealed: Error, CustomStringConvertible {
    public var description: String { "the vault is sealed; ask the operators to open it" }
  }

  private var lease: Secret?

  public init() {}

  public func open(with secret: Secret) { lease = secret }

  public func clientSecret() async throws -> Secret {
    guard let lease else { throw Sealed() }
    return lease
  }
}
