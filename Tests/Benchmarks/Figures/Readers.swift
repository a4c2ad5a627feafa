import ServiceTokenClient
import ServiceTokenDomain

/// One way of asking for a cached token, as one thread does it.
protocol Reader: Sendable {
  init(_ client: ServiceTokenClient) throws
  func read() -> AccessToken?
}

/// By a scope that was made once.
struct ScopeReader: Reader {
  private let client: ServiceTokenClient
  private let scope: Scope

  init(_ client: ServiceTokenClient) throws {
    self.client = client
    scope = try Scope(Fixture.scopeText())
  }

  func read() -> AccessToken? { client.cachedToken(for: scope) }
}

/// By a scope in text.
struct StringReader: Reader {
  private let client: ServiceTokenClient
  private let text: String

  init(_ client: ServiceTokenClient) {
    self.client = client
    text = Fixture.scopeText()
  }

  func read() -> AccessToken? { client.cachedToken(for: text) }
}
