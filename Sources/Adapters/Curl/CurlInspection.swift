#if Curl
  import CCurl
  import CurlShims
  package import ServiceTokenDomain

  /// What connecting to a server showed, without a request: for tools that diagnose, in the transport's own surroundings
  /// (proxies, trusted certificates, the client's certificate).
  package struct CurlInspection: Sendable {
    /// Why there was no connection, or no TLS; nil where all is well.
    package let failure: TransportFailure?
    /// The certificates that the server sent, its own first, each as lines `Name:Value` (`CURLINFO_CERTINFO`). They are
    /// the server's words. Empty where TLS got no further than to refuse them, and where there is no TLS.
    package let certificates: [[String]]
  }

  extension CurlHTTP {
    /// Connects to the server of `url`, shakes hands, and hangs up. **Blocks its thread**, for `timeout` at most.
    ///
    /// - Parameters:
    ///   - url: of which scheme, host and port count.
    ///   - verifying: whether the server's certificate is. Without, one that was refused can be looked at; the client's
    ///     own certificate is then not shown. In neither case is anything sent over the connection.
    package func inspect(_ url: String, timeout: Duration, verifying: Bool = true) -> CurlInspection {
      guard CurlLoop.curlIsReady else {
        return CurlInspection(failure: TransportFailure(.other, CurlLoop.curlIsNotReady), certificates: [])
      }
      guard let easy = unsafe Handle(curl_easy_init()) else {
        return CurlInspection(failure: TransportFailure(.other, "no memory for libcurl"), certificates: [])
      }
      defer { unsafe curl_easy_cleanup(easy.raw) }
      let request = HTTPRequest(method: "HEAD", url: url)
      let errorBuffer = RequestMemory(request)
      return withExtendedLifetime(errorBuffer) {
        let options = CurlOptions(configuration)
        if let failure = options.applyForInspection(
          to: easy, of: request, errorBuffer, timeout: timeout, verifying: verifying)
        {
          return CurlInspection(failure: failure, certificates: [])
        }
        let code = unsafe curl_easy_perform(easy.raw)
        let failure = code == CURLE_OK ? nil : TransportFailure(code, easy, errorText: errorBuffer.errorText)
        return CurlInspection(failure: failure, certificates: easy.certificates)
      }
    }
  }

  extension Handle {
    /// `CURLINFO_CERTINFO`, whose memory is the handle's.
    fileprivate var certificates: [[String]] {
      var found: UnsafeMutablePointer<curl_certinfo>?
      guard unsafe curl_shim_get_certificates(raw, &found) == CURLE_OK, let found = unsafe found else { return [] }
      return unsafe (0..<Int(found.pointee.num_of_certs)).map { index in
        var lines: [String] = []
        var line = unsafe found.pointee.certinfo[index]
        while let current = unsafe line {
          if let text = unsafe current.pointee.data { lines.append(unsafe String(cString: text)) }
          unsafe line = current.pointee.next
        }
        return lines
      }
    }
  }
#endif
