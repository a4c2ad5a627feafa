import Foundation
import ServiceTokenDomain

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

extension TransportFailure {
  /// What an error of the session means. Its description may quote what the server sent, so only its number is shown.
  init(_ error: any Error) {
    guard let error = error as? URLError else {
      self.init(.other, "an error that is no URLError")
      return
    }
    self.init(Kind(error.code), "URLError \(error.code.rawValue)")
  }
}

extension TransportFailure.Kind {
  fileprivate init(_ code: URLError.Code) {
    self =
      switch code {
      case .cannotFindHost, .dnsLookupFailed: .nameResolution
      case .cannotConnectToHost, .notConnectedToInternet, .internationalRoamingOff, .dataNotAllowed: .connect
      case .secureConnectionFailed, .serverCertificateHasBadDate, .serverCertificateUntrusted,
        .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid, .clientCertificateRejected,
        .clientCertificateRequired:
        .tls
      case .timedOut: .timeOut
      // On Linux an answer that ends early has no number of its own, nor has a TLS handshake that fails.
      case .networkConnectionLost, .unknown: .brokenOff
      case .badServerResponse, .cannotParseResponse, .cannotDecodeRawData, .cannotDecodeContentData: .malformed
      default: .other
      }
  }
}
