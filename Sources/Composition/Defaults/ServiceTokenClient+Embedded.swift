public import ServiceTokenClient
import ServiceTokenDomain
public import ServiceTokenMemberCenter
public import ServiceTokenPorts
public import ServiceTokenStandardError
public import ServiceTokenSystemClock

extension ServiceTokenClient {
  /// A client of a Member Center within the process, for trying out: no network, no configuration.
  ///
  /// ```
  /// import ServiceTokens
  ///
  /// let client = try ServiceTokenClient.embedded()
  /// let token = try await client.token(for: "converter:job.read")
  /// ```
  ///
  /// - Parameters:
  ///   - memberCenter: the server; the client is the first that it knows, and proves that in a form that it takes.
  ///   - clock: tells the time and waits.
  ///   - logger: takes the events; by default they go to standard error as text, from level info on.
  ///   - adjust: changes what else there is to configure.
  /// - Throws: ``/ServiceTokenDomain/ServiceTokenError/Code/invalidConfiguration`` for a server that knows no client or
  ///   whose issuer is no URL; what `adjust` throws. Never with the default server and no `adjust`.
  public static func embedded(
    _ memberCenter: EmbeddedMemberCenter = EmbeddedMemberCenter(clock: SystemClock()),
    clock: any Ports.Clock = SystemClock(), logger: any Ports.Logger = StandardErrorLogger(clock: SystemClock()),
    adjusting adjust: (inout Configuration) throws -> Void = { _ in }
  ) throws -> ServiceTokenClient {
    guard let client = memberCenter.configuration.clients.first else {
      throw ServiceTokenError(.invalidConfiguration, "memberCenter knows no client")
    }
    return try live(
      issuer: memberCenter.configuration.issuer, clientID: client.id, clientSecret: client.secret,
      transport: .custom(memberCenter), clock: clock, logger: logger
    ) { configuration in
      let taken = memberCenter.configuration.clientAuthentications
      configuration.clientAuthentication = ClientAuthentication.allCases.first(where: taken.contains) ?? .basicRaw
      try adjust(&configuration)
    }
  }
}
