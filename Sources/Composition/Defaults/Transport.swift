public import ServiceTokenClient
import ServiceTokenDomain
public import ServiceTokenPorts

#if Curl
  import ServiceTokenCurl
#endif
#if URLSession
  import ServiceTokenFoundation
#endif

#if !Curl && !URLSession
  #error("a transport is needed: enable the trait Curl, URLSession, or both")
#endif

extension ServiceTokenClient {
  /// How a live client sends its requests.
  ///
  /// ```
  /// var transport = ServiceTokenClient.Transport.standard
  /// transport.usesProxyEnvironment = false
  /// let client = try ServiceTokenClient.live(transport: transport)
  /// ```
  public struct Transport: Sendable {
    private enum Kind: Sendable {
      #if Curl
        case curl
      #endif
      #if URLSession
        case urlSession
      #endif
      case custom(any Ports.HTTP)
    }

    private let kind: Kind

    /// Whether the proxies of the environment are used (`HTTPS_PROXY`, `NO_PROXY`, …), as Go does (SPEC C5).
    /// A transport of your own decides that itself.
    public var usesProxyEnvironment = true

    /// Whether the certificates that the environment names are trusted (`SSL_CERT_FILE`, `SSL_CERT_DIR`), as Go does
    /// (SPEC C5). URLSession never looks at them; see its documentation. A transport of your own decides that itself.
    public var usesTrustEnvironment = true

    private init(_ kind: Kind) { self.kind = kind }

    /// libcurl where the package was built with the trait `Curl`, else URLSession.
    public static var standard: Transport {
      #if Curl
        .curl
      #else
        .urlSession
      #endif
    }

    #if Curl
      /// libcurl; there where the package was built with the trait `Curl`.
      public static var curl: Transport { Transport(.curl) }
    #endif

    #if URLSession
      /// Foundation's URLSession; there where the package was built with the trait `URLSession`, as it is by default.
      public static var urlSession: Transport { Transport(.urlSession) }
    #endif

    /// A transport of your own.
    public static func custom(_ http: any Ports.HTTP) -> Transport { Transport(.custom(http)) }
  }
}

extension ServiceTokenClient.Transport {
  /// The names by which a setting chooses a transport of this build.
  package static var named: KeyValuePairs<String, Self> {
    #if Curl && URLSession
      ["curl": .curl, "urlsession": .urlSession]
    #elseif Curl
      ["curl": .curl]
    #else
      ["urlsession": .urlSession]
    #endif
  }

  /// Sets up what the first request of the process waits for otherwise. **Blocks its thread.**
  package func prepare() {
    #if Curl
      if case .curl = kind { CurlHTTP.prepare() }
    #endif
  }

  /// Makes it; nothing is sent (SPEC C3).
  ///
  /// - Throws: `invalidConfiguration` where it cannot do what it is asked for: to leave that out would go unnoticed.
  package func make(_ tls: TLSSettings) throws -> any Ports.HTTP {
    switch kind {
    #if Curl
      case .curl:
        let files = try tls.checked()
        return CurlHTTP(
          CurlHTTP.Configuration(
            caFile: files.caFile, caDirectory: files.caDirectory, clientCertificateFile: files.clientCertificateFile,
            clientKeyFile: files.clientKeyFile, usesProxyEnvironment: usesProxyEnvironment,
            usesTrustEnvironment: usesTrustEnvironment))
    #endif
    #if URLSession
      case .urlSession:
        if let setting = tls.first {
          throw setting.refused(
            "the URLSession transport trusts the system's certificates only and shows none of its own; use libcurl")
        }
        guard usesProxyEnvironment else {
          throw Setting(name: "usesProxyEnvironment", value: false)
            .refused("the URLSession transport cannot leave the proxies of the environment aside; use libcurl")
        }
        return URLSessionHTTP()
    #endif
    case .custom(let http):
      if let setting = tls.first { throw setting.refused("a transport of your own brings its own certificates") }
      return http
    }
  }
}
