public import ServiceTokenDomain
public import ServiceTokenPorts

/// The team's transport. What a real one would put on a wire, this one hands to a function.
public struct HouseTransport: Ports.HTTP {
  private let server: @Sendable (HTTPRequest) -> HTTPResponse?

  public init(server: @escaping @Sendable (HTTPRequest) -> HTTPResponse?) {
    self.server = server
  }

  public func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse {
    try Task.checkCancellation()
    guard let answer = server(request) else { throw TransportFailure(.connect, "nobody listens") }
    return answer
  }
}
