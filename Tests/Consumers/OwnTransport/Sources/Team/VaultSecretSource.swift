import ServiceTokenDomain
import ServiceTokenPorts

/// The team's secret store: leases that run out and are renewed behind the client's back.
package actor Vault: Ports.SecretSource {
  package struct Sealed: Error, CustomStringConvertible {
    package var description: String { "the vault is sealed; ask the operators to open it" }
  }

  private var lease: Secret?

  package init() {}

  package func open(with secret: Secret) { lease = secret }

  package func clientSecret() async throws -> Secret {
    guard let lease else { throw Sealed() }
    return lease
  }
}
