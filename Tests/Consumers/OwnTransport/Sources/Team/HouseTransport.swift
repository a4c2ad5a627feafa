import ServiceTokenDomain
import ServiceTokenPorts

/// The team's transport. What a real one would put on a wire, this one hands to a function.
package struct HouseTransport: Ports.HTTP {
  private let server: @Sendable (HTTPRequest) -> HTTPResponse?

  package init(server: @escaping @Sendable (HTTPRequest) -> HTTPResponse?) {
    self.server = server
  }

  package func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse {
    try Task.checkCancellation()
    guard let answer = server(request) else { throw TransportFailure(.connect, "nobody listens") }
    return answer
  }
}
