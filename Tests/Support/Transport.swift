import ServiceTokenFoundation
public import ServiceTokenPorts
public import Testing

#if Curl
  import ServiceTokenCurl
#endif

/// The transports that this build has: what one of them promises is tested on each.
public enum Transport: String, CaseIterable, Sendable, CustomTestStringConvertible {
  #if Curl
    /// libcurl.
    case curl
  #endif
  /// Foundation's.
  case urlSession

  /// The name.
  public var testDescription: String { rawValue }

  /// A transport with its defaults.
  public func make() -> any Ports.HTTP {
    switch self {
    #if Curl
      case .curl: CurlHTTP()
    #endif
    case .urlSession: URLSessionHTTP()
    }
  }

  /// Those that hold every promise. URLSession on Linux traps on an answer that ends in its head, and may hang on a
  /// connection that the server closed.
  public static let exact = allCases.filter(\.isExact)

  /// Whether it can end a request on the wire, name what is wrong with an answer, and add nothing to a request.
  public var isExact: Bool {
    #if Curl
      self == .curl
    #else
      false
    #endif
  }
}
