import ServiceTokens
import TestSupport

extension EmbeddedMemberCenter {
  /// One that knows one client, with the canary secret and three scopes.
  static func tested(
    by clock: any Ports.Clock, taking clientAuthentications: Set<ClientAuthentication> = [.basicRaw]
  ) -> EmbeddedMemberCenter {
    let client = Client(
      id: "visionA", secret: Secret(Canary.secret),
      scopes: ["converter:job.read", "converter:job.write", "files:download.delegate"])
    return EmbeddedMemberCenter(
      Configuration(clients: [client], clientAuthentications: clientAuthentications, tokenPrefix: Canary.tokenPrefix),
      clock: clock)
  }
}
