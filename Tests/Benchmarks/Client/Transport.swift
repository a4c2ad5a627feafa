import ServiceTokenDomain
import ServiceTokenFoundation
import ServiceTokenPorts

#if Curl
  import ServiceTokenCurl
#endif

/// The transports that are measured.
enum Transport: CaseIterable {
  #if Curl
    case curl
  #endif
  case urlSession

  /// The one that people get who do not choose.
  static var standard: Transport { allCases[0] }

  /// What the names of its figures end in: nothing for the standard one.
  var suffix: String { self == .standard ? "" : ".\(self)".lowercased() }

  func make() -> any Ports.HTTP {
    switch self {
    #if Curl
      case .curl: CurlHTTP()
    #endif
    case .urlSession: URLSessionHTTP()
    }
  }
}
