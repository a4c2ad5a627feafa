import Logging
import ServiceTokenClient
import ServiceTokenDomain
import ServiceTokenPorts

package func makeClient(
  _ logger: Logging.Logger, http: some Ports.HTTP, secrets: some Ports.SecretSource, clock: some Ports.Clock
) throws -> ServiceTokenClient {
  var configuration = try ServiceTokenClient.Configuration(issuer: "https://mc.example", clientID: "visionA")
  configuration.observer = MetricsBridge().observe
  return ServiceTokenClient(
    configuration: configuration, http: http, secrets: secrets, clock: clock, logger: SwiftLogBridge(logger))
}
