public import ServiceTokenDomain
public import ServiceTokenPorts

/// A transport that sends each request with a service token, and once more with a fresh one where the server refuses the
/// token itself (``/ServiceTokenDomain/TokenRefusal``).
///
/// ```
/// let api = client.authorizedHTTP(for: try Scope("converter:job.write"), below: try BaseURL("https://api.example", setting: "API_URL"))
/// let answer = try await api.send(HTTPRequest(method: "POST", url: "https://api.example/jobs"), timeout: .seconds(10))
/// ```
/// A token goes to the server that it is for and to no other: a URL that is not below the base is refused. Nothing is ever
/// sent without a token because fetching one failed. It may be used from any number of tasks at once.
public struct AuthorizedHTTP: Ports.HTTP {
  private let client: ServiceTokenClient
  private let http: any Ports.HTTP
  private let token: TokenRequest
  private let base: BaseURL

  init(_ client: ServiceTokenClient, over http: any Ports.HTTP, for token: TokenRequest, below base: BaseURL) {
    self.client = client
    self.http = http
    self.token = token
    self.base = base
  }

  /// Sends `request` with an `Authorization` of its own, in place of any that is there.
  ///
  /// - Parameters:
  ///   - request: what to send; it is sent a second time after a refusal.
  ///   - timeout: how long the whole may take, the wait for a token and a second attempt included.
  /// - Throws: what the transport throws; the error of a token that cannot be had, as it is, and then nothing was sent;
  ///   ``/ServiceTokenDomain/ServiceTokenError/Code/invalidArgument`` for a URL that is not below the base;
  ///   `CancellationError` where the calling task is cancelled.
  public func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse {
    guard base.contains(request.url) else {
      throw ServiceTokenError(.invalidArgument, "the URL is not below \(base), which the token is for")
    }
    let began = client.clock.now()
    return try await client.withToken(for: token, within: timeout) { token in
      let left = timeout - client.clock.now().elapsed(since: began)
      guard left > .zero else { throw TransportFailure(.timeOut) }
      var authorized = request
      authorized.headers["Authorization"] = token.exposeAuthorization()
      let response = try await http.send(authorized, timeout: left)
      return TokenRefusal.isSaid(by: response) ? .refused(response) : .accepted(response)
    }
  }
}

extension AuthorizedHTTP: CustomStringConvertible, CustomReflectable {
  /// What its tokens are for, and where they go.
  public var description: String { "tokens for \(token.scope), sent to \(base)" }
  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}

extension ServiceTokenClient {
  /// A transport that sends tokens for `scope` along, to `base` and below it.
  ///
  /// - Parameters:
  ///   - scope: what the tokens are for.
  ///   - base: the server that they are for.
  ///   - http: what sends the requests; nil for the client's own transport.
  public func authorizedHTTP(
    for scope: Scope, below base: BaseURL, over http: (any Ports.HTTP)? = nil
  ) -> AuthorizedHTTP {
    AuthorizedHTTP(self, over: http ?? self.http, for: TokenRequest(scope: scope), below: base)
  }
}
