#if Curl
  import CCurl
  import ServiceTokenDomain

  /// What went wrong in TLS, in words that hold nothing of the server's.
  struct TLSFinding: Equatable {
    var kind = TransportFailure.Kind.tls
    let words: String

    /// Looks at what libcurl says of a transfer; nil where TLS is not what failed.
    ///
    /// - Parameters:
    ///   - code: how the transfer ended.
    ///   - verifyResult: what OpenSSL found in the server's certificate.
    ///   - errorText: libcurl's words, which hold OpenSSL's reason where there is one.
    init?(_ code: CURLcode, verifyResult: Int, errorText: String) {
      switch code {
      case CURLE_PEER_FAILED_VERIFICATION where errorText.contains("certificate verification failed"):
        // libcurl's words where OpenSSL found nothing: it takes the server's alert 45 for a finding of its own.
        self.init(words: "\(Self.refusedCertificate): expired")
      case CURLE_PEER_FAILED_VERIFICATION:
        self.init(words: Self.words(ofVerifyResult: verifyResult))
      case CURLE_SSL_CACERT_BADFILE:
        self.init(words: "the file or directory of trusted certificates cannot be read, or holds none")
      case CURLE_SSL_CERTPROBLEM:
        self.init(words: "the client's certificate and key cannot be read, or do not belong together")
      case CURLE_SSL_CLIENTCERT:
        self.init(words: Self.wantsCertificate)
      case CURLE_SSL_CONNECT_ERROR:
        if let finding = Self(reasonIn: errorText) {
          self = finding
        } else if Self.breaks.contains(where: errorText.contains) {
          self.init(kind: .brokenOff, words: "the connection ended during the TLS handshake")
        } else {
          self.init(words: "the TLS handshake failed")
        }
      case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2:
        // In TLS 1.3 a client is done before the server has looked at its certificate, and hears of it when it reads
        // (RFC 8446 §4.4.2.4).
        guard let finding = Self(reasonIn: errorText) else { return nil }
        self = finding
      case CURLE_SSL_CIPHER, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_ENGINE_NOTFOUND,
        CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_INVALIDCERTSTATUS,
        CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_USE_SSL_FAILED:
        self.init(words: "TLS cannot be set up")
      default: return nil
      }
    }

    private init(kind: TransportFailure.Kind = .tls, words: String) {
      self.kind = kind
      self.words = words
    }

    private init?(reasonIn errorText: String) {
      let text = errorText.lowercased()
      guard let reason = Self.reasons.first(where: { text.contains($0.phrase) }) else { return nil }
      self.init(words: reason.words)
    }

    /// OpenSSL's `X509_V_ERR_…`, whose numbers are the same in all of its versions. They do not say which certificate of
    /// the chain it is.
    private static func words(ofVerifyResult result: Int) -> String {
      switch result {
      case 9: "the server's certificate is not yet valid, or one above it"
      case 10: "the server's certificate has expired, or one above it"
      case 18: "the server's certificate is self-signed and not trusted here"
      case 2, 19, 20, 21, 27: "the server's certificate is from an unknown authority, or an intermediate one is missing"
      case 23: "the server's certificate has been revoked"
      case 26: "the server's certificate is not for servers"
      // libcurl compares names itself, and before it has asked OpenSSL: what it shows then is its own preset.
      case 0, 1, 62, 64: "the server's certificate is for another name"
      case 66...68: "the server's certificate, or one above it, is too weak"
      default: "the server's certificate is not valid"
      }
    }

    private static let wantsCertificate = "the server wants a client certificate"
    private static let refusedCertificate = "the server refused the client's certificate"
    private static let noVersion = "no protocol version in common; it takes TLS 1.2 at least"

    /// OpenSSL's reasons in lower case, those of an alert without its beginning (`sslv3`, `tlsv1`, `tlsv13`, `ssl/tls`),
    /// which hangs on the version. The first that is found counts.
    private static let reasons: [(phrase: String, words: String)] = [
      ("alert certificate required", wantsCertificate),
      ("alert no certificate", wantsCertificate),
      ("alert bad certificate", refusedCertificate),
      ("alert unsupported certificate", refusedCertificate),
      ("alert certificate revoked", "\(refusedCertificate): revoked"),
      ("alert certificate expired", "\(refusedCertificate): expired"),
      ("alert certificate unknown", refusedCertificate),
      ("alert unknown ca", "\(refusedCertificate): from an authority unknown to it"),
      ("alert access denied", refusedCertificate),
      ("alert decrypt error", refusedCertificate),
      ("alert protocol version", noVersion),
      ("unsupported protocol", noVersion),
      ("version too low", noVersion),
      ("alert insufficient security", "the server asks for stronger ciphers"),
      ("unrecognized name", "the server does not know the name"),
      // What TLS 1.2 says for want of a certificate, too (RFC 5246 §7.4.6).
      ("alert handshake failure", "the server refused the handshake: it wants a client certificate, or other ciphers"),
      ("wrong version number", "the server does not speak TLS there"),
      ("packet length too long", "the server does not speak TLS there"),
      ("key too small", "the server's key is too weak"),
      ("md too weak", "the server's certificate, or one above it, is too weak"),
    ]

    /// How libcurl says that a connection ended while hands were shaken.
    private static let breaks = ["SSL_ERROR_SYSCALL", "Connection reset", "unexpected eof", "Broken pipe"]
  }
#endif
