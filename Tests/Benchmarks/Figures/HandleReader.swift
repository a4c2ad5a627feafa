import ServiceTokenClient
import ServiceTokenDomain

/// By a handle that was got once.
struct HandleReader: Reader {
  private let handle: TokenHandle

  init(_ client: ServiceTokenClient) throws { handle = client.tokens(for: try Scope(Fixture.scopeText())) }

  func read() -> AccessToken? { handle.cachedToken }
}
