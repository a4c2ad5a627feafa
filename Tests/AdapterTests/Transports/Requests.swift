import ServiceTokenDomain
import ServiceTokenPorts
import TestSupport

/// Long enough never to run out in a test that does not mean it to.
let ample = Duration.seconds(60)

extension HTTPRequest {
  /// A request such as the client sends, with a secret and a token that must turn up nowhere.
  static func post(_ url: String, body: [UInt8] = Array("grant_type=client_credentials".utf8)) -> HTTPRequest {
    HTTPRequest(
      method: "POST", url: url,
      headers: [
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
        "Authorization": "Bearer canary-token-s3cr3t+/=& %x",
      ],
      body: body)
  }
}

extension Ports.HTTP {
  /// The failure with which `request` ends, or nil when an answer came.
  func failure(of request: HTTPRequest, timeout: Duration = ample) async throws -> TransportFailure? {
    do {
      _ = try await send(request, timeout: timeout)
      return nil
    } catch let failure as TransportFailure {
      return failure
    }
  }
}
