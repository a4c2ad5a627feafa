#if Curl
  import CCurl
  import CurlShims
  import ServiceTokenDomain

  extension TransportFailure {
    /// What `code` means, after `easy` ended with it.
    ///
    /// The text is libcurl's fixed name for the code or, where TLS failed, words of our own, and never `errorText`
    /// (`CURLOPT_ERRORBUFFER`), which quotes what a server sent: that is only searched for OpenSSL's phrases.
    init(_ code: CURLcode, _ easy: Handle, errorText: String = "") {
      var verifyResult = 0
      _ = unsafe curl_shim_get_long(easy.raw, CURLINFO_SSL_VERIFYRESULT, &verifyResult)
      let finding = TLSFinding(code, verifyResult: verifyResult, errorText: errorText)
      let words = unsafe finding?.words ?? code.words ?? String(cString: curl_easy_strerror(code))
      // 0 and 1 are libcurl's own, without a finding of OpenSSL.
      let verified = finding != nil && verifyResult > 1 ? ", verify result \(verifyResult)" : ""
      self.init(finding?.kind ?? Kind(code), "\(words) (curl \(code.rawValue)\(verified))")
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
        case CURLE_OPERATION_TIMEDOUT: .timeOut
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_HTTP2,
          CURLE_HTTP2_STREAM, CURLE_ABORTED_BY_CALLBACK, CURLE_SSL_SHUTDOWN_FAILED:
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

    /// What it means where libcurl's own words for it say nothing of the server.
    fileprivate var words: String? {
      // Its callbacks are ours.
      if self == CURLE_ABORTED_BY_CALLBACK { return "the server let the request go unanswered" }
      return isTooLongLine ? "a line of the head is too long" : nil
    }
  }
#endif
