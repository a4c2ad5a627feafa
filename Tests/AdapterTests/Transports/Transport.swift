import ServiceTokenDomain
import ServiceTokenFoundation
import ServiceTokenPorts
import TestSupport
import Testing

#if Curl
  import ServiceTokenCurl
#endif

/// The transports that this build has: every promise of `Ports.HTTP` is tested on each of them.
enum Transport: String, CaseIterable, Sendable, CustomTestStringConvertible {
  #if Curl
    case curl
  #endif
  case urlSession

  var testDescription: String { rawValue }

  func make() -> any Ports.HTTP {
    switch self {
    #if Curl
      case .curl: CurlHTTP()
    #endif
    case .urlSession: URLSessionHTTP()
    }
  }

  /// Those that hold every promise. URLSession on Linux traps on an answer that ends in its head, and may hang on a
  /// connection that the server closed.
  static let exact = allCases.filter(\.isExact)

  /// Whether it can end a request on the wire, name what is wrong with an answer, and add nothing to a request.
  var isExact: Bool {
    #if Curl
      self == .curl
    #else
      false
    #endif
  }
}

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
