import ServiceTokenDomain

/// A fake of a few lines, as an application's tests would have it.
struct FakeTokens: ServiceTokenProvider {
  var failure: ServiceTokenError?

  func cachedToken(for request: TokenRequest) -> AccessToken? {
    failure == nil
      ? AccessToken(
        value: Secret("fake"), expiresIn: .seconds(60), request: request, sentAt: Reading(monotonic: 0, wall: 0))
      : nil
  }

  func token(for request: TokenRequest, within limit: Duration?) async throws -> AccessToken {
    guard let token = cachedToken(for: request) else { throw failure! }
    return token
  }

  func downloadToken(for request: DownloadRequest, within limit: Duration?) async throws -> DownloadToken {
    if let failure { throw failure }
    return DownloadToken(value: Secret("fake download"), expiresAt: Timestamp(seconds: 60))
  }

  func token<Kind: CachedEndpointKind>(
    from kind: Kind, for input: Kind.Input, within limit: Duration?
  ) async throws -> AccessToken {
    try await token(for: kind.tokenRequest(for: input), within: limit)
  }

  func call<Kind: EndpointKind>(
    _ kind: Kind, _ input: Kind.Input, within limit: Duration?
  ) async throws -> Kind.Output {
    throw failure ?? ServiceTokenError(.invalidArgument, "this fake calls no endpoint")
  }

  func invalidate(_ token: AccessToken) {}
}
