import ServiceTokenDomain
import ServiceTokenPorts
import Synchronization

/// A transport that knows how many requests went through it.
final class CountedHTTP: Ports.HTTP {
  private let http: any Ports.HTTP
  private let sent = Atomic(0)

  init(_ http: any Ports.HTTP) { self.http = http }

  var count: Int { sent.load(ordering: .relaxed) }

  func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse {
    sent.add(1, ordering: .relaxed)
    return try await http.send(request, timeout: timeout)
  }
}
