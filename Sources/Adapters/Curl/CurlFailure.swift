#if Curl
  import CCurl
  import CurlShims
  import ServiceTokenDomain

  extension TransportFailure {
    /// What `code` means, after `easy` ended with it.
    ///
    /// The text is libcurl's fixed name for the code, never `CURLOPT_ERRORBUFFER`, which quotes what a server sent.
    init(_ code: CURLcode, _ easy: Handle) {
      let kind = Kind(code)
      let name =
        code.isTooLongLine ? "a line of the head is too long" : unsafe String(cString: curl_easy_strerror(code))
      var text = "\(name) (curl \(code.rawValue)"
      var verifyResult = 0
      if kind == .tls, unsafe curl_shim_get_long(easy.raw, CURLINFO_SSL_VERIFYRESULT, &verifyResult) == CURLE_OK,
        verifyResult != 0
      {
        text += ", verify result \(verifyResult)"
      }
      self.init(kind, text + ")")
    }
  }

  extension TransportFailure.Kind {
    fileprivate init(_ code: CURLcode) {
      if code.isTooLongLine {
        self = .malformed
        return
      }
      self =
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .nameResolution
        case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED, CURLE_PROXY: .connect
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
          CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_ENGINE_NOTFOUND,
          CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_INVALIDCERTSTATUS,
          CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_CLIENTCERT, CURLE_USE_SSL_FAILED:
          .tls
        case CURLE_OPERATION_TIMEDOUT: .timeOut
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_HTTP2,
          CURLE_HTTP2_STREAM, CURLE_SSL_SHUTDOWN_FAILED:
          .brokenOff
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING:
          .malformed
        default: .other
        }
    }
  }

  extension CURLcode {
    /// Whether a line of a head was over 100 KB. Since libcurl 8.6 that has a code of its own, 100; before, it counted as
    /// out of memory, and where memory really runs out no Swift program lives to say so.
    fileprivate var isTooLongLine: Bool { self == CURLE_OUT_OF_MEMORY || rawValue == 100 }
  }
#endif
