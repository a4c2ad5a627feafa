import ServiceTokens

func originalStatuses(issuer: String) throws -> ServiceTokenClient.Configuration {
  var configuration = try ServiceTokenClient.Configuration(issuer: issuer, clientID: "visionA")
  configuration.serviceTokenEndpoint.retryPolicy = .original
  configuration.delegatedDownloadEndpoint.retryPolicy = .original
  return configuration
}
