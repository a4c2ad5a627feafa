import ServiceTokenDomain
import ServiceTokenPorts

/// A transport without a network: the same token at once, whatever is asked.
struct CannedHTTP: Ports.HTTP {
  private let answer = HTTPResponse(status: 200, body: Fixture.tokenAnswer(life: Fixture.longLife))

  func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse { answer }
}
