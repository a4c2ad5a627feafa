import ServiceTokenClient
import ServiceTokenDomain

/// By a handle that was got once.
struct HandleReader: Reader {
  private let client: ServiceTokenClient
  private let request: TokenRequest

  init(_ client: ServiceTokenClient) throws {
    self.client = client
    request = TokenRequest(scope: try Scope(Fixture.scopeText()))
  }

  func read() -> AccessToken? { client.cachedToken(for: request) }
}
