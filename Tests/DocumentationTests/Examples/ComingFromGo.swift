import ServiceTokens

func originalStatuses(issuer: String) throws -> ServiceTokenClient.Configuration {
  var configuration = try ServiceTokenClient.Configuration(issuer: issuer, clientID: "visionA")
  configuration.retryPolicy = .original
  return configuration
}
