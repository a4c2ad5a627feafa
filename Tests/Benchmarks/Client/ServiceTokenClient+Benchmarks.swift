import ServiceTokenClient
import ServiceTokenDomain
import ServiceTokenPorts
import ServiceTokenSystemClock

extension ServiceTokenClient {
  /// A client that logs nothing; by default one without a network.
  static func benchmarked(
    issuer: String = "https://member-center.test", http: any Ports.HTTP = CannedHTTP(),
    clock: any Ports.Clock = SystemClock(), maximumScopes: Int = 1024
  ) throws -> ServiceTokenClient {
    var configuration = try Configuration(issuer: issuer, clientID: "benchmark")
    configuration.maximumScopes = maximumScopes
    return ServiceTokenClient(
      configuration: configuration, http: http, secrets: Secret("secret"), clock: clock, logger: NoLog())
  }

  /// A client that holds the token of ``Fixture/scopeText(_:)``.
  static func warm() async throws -> ServiceTokenClient {
    let client = try benchmarked()
    _ = try await client.token(for: Fixture.scopeText())
    return client
  }
}

private struct NoLog: Ports.Logger {
  func log(_ event: LogEvent) {}
}
