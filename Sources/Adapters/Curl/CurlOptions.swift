#if Curl
  #if canImport(Darwin)
    import Darwin
  #elseif canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif
  import CCurl
  import CurlShims
  import ServiceTokenDomain

  /// The options of a request's handle (`curl_easy_setopt(3)`): those of the configuration, and those that every request
  /// gets.
  struct CurlOptions {
    private let configuration: CurlHTTP.Configuration
    /// Whether ``caFile`` and ``caDirectory`` stand in for all that libcurl would trust.
    private let replacesTrust: Bool
    private let caFile: String?
    private let caDirectory: String?
    private let noProxy: String
    /// Whether the environment names a proxy at all. Otherwise libcurl need not look for one with each request.
    private let hasProxies: Bool

    /// Reads the environment, as far as the configuration allows.
    init(_ configuration: CurlHTTP.Configuration) {
      self.configuration = configuration
      replacesTrust = configuration.caFile != nil || configuration.caDirectory != nil
      // OpenSSL reads these two by itself only where libcurl was built without a path of its own.
      let readsTrust = configuration.usesTrustEnvironment && !replacesTrust
      caFile = configuration.caFile ?? (readsTrust ? environment("SSL_CERT_FILE") : nil)
      caDirectory = configuration.caDirectory ?? (readsTrust ? environment("SSL_CERT_DIR") : nil)
      noProxy = environment("no_proxy") ?? environment("NO_PROXY") ?? ""
      hasProxies =
        configuration.usesProxyEnvironment
        && ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"].contains { environment($0) != nil }
    }

    /// Whether a transfer may have to wait for a connection.
    var limitsConnections: Bool { configuration.connectionsPerHost != nil }

    /// Sets on `easy`, which is new, what all requests share.
    ///
    /// - Throws: where libcurl refuses an option.
    func prepare(_ easy: Handle) throws(TransportFailure) {
      var setter = Setter(easy: easy)
      protect(&setter)
      trust(&setter)
      setter.long(CURLOPT_PATH_AS_IS, 1)
      // Room for an answer, which libcurl takes for each transfer and gives back. Its own 16 KiB are so much that glibc
      // may hand them to the system every time, which costs up to a tenth of a fetch.
      setter.long(CURLOPT_BUFFERSIZE, 8192)
      setter.long(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
      proxy(&setter)
      if let userAgent = configuration.userAgent { setter.string(CURLOPT_USERAGENT, userAgent) }
      setter.long(CURLOPT_CONNECTTIMEOUT_MS, configuration.connectTimeout?.wholeMilliseconds ?? 0)
      setter.check(
        unsafe curl_shim_ask_before_sending(easy.raw) { context, _, _, _, _ in unsafe mayBeSent(context) ? 0 : 1 })
      unsafe setter.callback(CURLOPT_HEADERFUNCTION) { unsafe takeHeader($0, $1, $2, $3) }
      unsafe setter.callback(CURLOPT_WRITEFUNCTION) { unsafe takeBody($0, $1, $2, $3) }
      try setter.throwRefusal()
    }

    /// Sets on `easy`, which has been prepared, what `transfer` alone has; every option of the last one is overwritten.
    ///
    /// - Parameter url: the one that `easy` is set for, which must outlive that.
    /// - Throws: where no time is left, and where libcurl refuses an option.
    func describe(_ transfer: CurlTransfer, to easy: Handle, _ url: inout ParsedURL?) throws(TransportFailure) {
      let left = ContinuousClock.now.duration(to: transfer.deadline)
      guard left > .zero else { throw TransportFailure(.timeOut, "no time was left to send the request") }
      guard let memory = transfer.memory else { throw TransportFailure(.other, "the request was sent before") }
      var setter = Setter(easy: easy)
      // SPEC C2. It ends name resolution, connecting, sending and receiving, and bytes that trickle do not extend it.
      setter.long(CURLOPT_TIMEOUT_MS, left.wholeMilliseconds)
      if url?.text != transfer.request.url {
        // Both, for libcurl makes the text for its own use from what was taken apart, and only where there is none.
        let parsed = ParsedURL(transfer.request.url)
        setter.string(CURLOPT_URL, parsed == nil ? transfer.request.url : nil)
        unsafe setter.pointer(CURLOPT_CURLU, parsed.map { unsafe UnsafeRawPointer($0.raw) })
        url = parsed
      }
      describe(transfer.request, memory, &setter)
      unsafe setter.pointer(CURLOPT_HTTPHEADER, memory.headerLines)
      unsafe setter.pointer(CURLOPT_ERRORBUFFER, memory.errorBuffer.baseAddress)
      unsafe setter.context(Unmanaged.passUnretained(transfer).toOpaque())
      try setter.throwRefusal()
    }

    /// Takes back from `easy` every pointer into its transfer.
    func withdraw(from easy: Handle) {
      var setter = Setter(easy: easy)
      unsafe setter.pointer(CURLOPT_POSTFIELDS, nil)
      unsafe setter.pointer(CURLOPT_HTTPHEADER, nil)
      unsafe setter.pointer(CURLOPT_ERRORBUFFER, nil)
      unsafe setter.context(nil)
    }

    /// Sets up `easy`, which is new, for connecting to the server of `request` and no more.
    ///
    /// - Returns: why it cannot be done, or nil.
    func applyForInspection(
      to easy: Handle, of request: HTTPRequest, _ memory: RequestMemory, timeout: Duration, verifying: Bool
    ) -> TransportFailure? {
      var setter = Setter(easy: easy)
      protect(&setter)
      trust(&setter)
      proxy(&setter)
      setter.string(CURLOPT_URL, request.url)
      describe(request, memory, &setter)
      setter.long(CURLOPT_TIMEOUT_MS, timeout.wholeMilliseconds)
      unsafe setter.pointer(CURLOPT_ERRORBUFFER, memory.errorBuffer.baseAddress)
      setter.long(CURLOPT_CONNECT_ONLY, 1)
      setter.long(CURLOPT_CERTINFO, 1)
      if !verifying {
        setter.long(CURLOPT_SSL_VERIFYPEER, 0)
        setter.long(CURLOPT_SSL_VERIFYHOST, 0)
        // Who the server is, is not known: it is not to learn who we are.
        setter.string(CURLOPT_SSLCERT, nil)
        setter.string(CURLOPT_SSLKEY, nil)
      }
      return setter.failure
    }

    /// What a request with credentials must never do. Left at their defaults: no cookies, no netrc, no `.curlrc`, no
    /// HSTS or Alt-Svc cache, no credentials, HTTP/0.9 refused, peer and host verified (set all the same).
    private func protect(_ setter: inout Setter) {
      setter.check(unsafe curl_shim_allow_only_http(setter.easy.raw))
      setter.long(CURLOPT_FOLLOWLOCATION, 0)
      setter.long(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
      setter.long(CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE))
      setter.long(CURLOPT_HTTP09_ALLOWED, 0)
      setter.long(CURLOPT_NOSIGNAL, 1)
      setter.check(unsafe curl_shim_leave_resolver_behind(setter.easy.raw))
    }

    private func trust(_ setter: inout Setter) {
      setter.long(CURLOPT_SSL_VERIFYPEER, 1)
      setter.long(CURLOPT_SSL_VERIFYHOST, 2)
      setter.long(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
      // One of them alone: what libcurl was built with would be trusted beside it.
      if replacesTrust || caFile != nil { setter.string(CURLOPT_CAINFO, caFile) }
      if replacesTrust || caDirectory != nil { setter.string(CURLOPT_CAPATH, caDirectory) }
      // A store that is kept for a day, and a session that is resumed without a look at any certificate, would outlive
      // files that were replaced. A file of one's own is small and read each time; the system's bundle takes 25 ms, in
      // which no other request gets on.
      setter.check(unsafe curl_shim_keep_trusted_certificates(setter.easy.raw, caFile == nil ? 60 : 0))
      setter.long(CURLOPT_SSL_SESSIONID_CACHE, 0)
      guard let certificate = configuration.clientCertificateFile else { return }
      setter.string(CURLOPT_SSLCERT, certificate)
      setter.string(CURLOPT_SSLKEY, configuration.clientKeyFile ?? certificate)
      // For want of one OpenSSL asks for it on the terminal, and the thread would wait for an answer.
      setter.string(CURLOPT_KEYPASSWD, "")
    }

    private func proxy(_ setter: inout Setter) {
      setter.long(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
      guard !hasProxies else { return }
      setter.string(CURLOPT_PROXY, "")
      // For want of it libcurl would look into the environment with each request.
      setter.string(CURLOPT_NOPROXY, "")
    }

    private func describe(_ request: HTTPRequest, _ memory: RequestMemory, _ setter: inout Setter) {
      if hasProxies {
        // Ranges of addresses are understood since libcurl 7.86 only, and a proxy must not see what is meant for loopback.
        setter.string(CURLOPT_NOPROXY, request.goesToLoopback ? "*" : noProxy)
      }
      // Each of these three sets a method too, so one of them comes last, and after it the request's own if it has another.
      setter.long(CURLOPT_NOBODY, 0)
      let method: String
      if request.method == "HEAD" {
        setter.long(CURLOPT_NOBODY, 1)
        method = "HEAD"
      } else if request.isSentAsPost {
        setter.long(CURLOPT_POST, 1)
        setter.offset(CURLOPT_POSTFIELDSIZE_LARGE, unsafe memory.body.count)
        unsafe setter.pointer(CURLOPT_POSTFIELDS, memory.body.baseAddress)
        method = "POST"
      } else {
        setter.long(CURLOPT_HTTPGET, 1)
        method = "GET"
      }
      setter.string(CURLOPT_CUSTOMREQUEST, request.method == method ? nil : request.method)
    }
  }

  extension HTTPRequest {
    /// Whether the URL's host is this machine: `localhost`, `127.0.0.0/8`, `[::1]`.
    fileprivate var goesToLoopback: Bool {
      guard let slash = url.utf8.firstIndex(of: UInt8(ascii: "/")) else { return false }
      let authority = url.utf8[slash...].drop { $0 == UInt8(ascii: "/") }
      if authority.starts(with: "[::1]".utf8) { return true }
      let host = authority.prefix { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "/") }
      if host.starts(with: "127.".utf8) {
        return host.allSatisfy { $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      }
      return host.count == 9 && String(Substring(host)).lowercased() == "localhost"
    }
  }

  /// Sets options of one handle and keeps the first refusal: an option that libcurl does not take may be one that
  /// protects, so the request is then not sent.
  private struct Setter {
    let easy: Handle
    private(set) var failure: TransportFailure?

    init(easy: Handle) { self.easy = easy }

    mutating func check(_ code: CURLcode) {
      if code != CURLE_OK && failure == nil { failure = TransportFailure(code, easy) }
    }

    mutating func long(_ option: CURLoption, _ value: Int) { check(unsafe curl_shim_set_long(easy.raw, option, value)) }

    mutating func offset(_ option: CURLoption, _ value: Int) {
      check(unsafe curl_shim_set_offset(easy.raw, option, curl_off_t(value)))
    }

    mutating func string(_ option: CURLoption, _ value: String?) {
      check(unsafe curl_shim_set_string(easy.raw, option, value))
    }

    mutating func pointer(_ option: CURLoption, _ value: UnsafeRawPointer?) {
      check(unsafe curl_shim_set_pointer(easy.raw, option, value))
    }

    mutating func callback(_ option: CURLoption, _ function: @escaping curl_shim_data_callback) {
      check(unsafe curl_shim_set_callback(easy.raw, option, function))
    }

    /// What all callbacks get.
    mutating func context(_ context: UnsafeMutableRawPointer?) {
      check(unsafe curl_shim_set_send_context(easy.raw, context))
      unsafe pointer(CURLOPT_HEADERDATA, context)
      unsafe pointer(CURLOPT_WRITEDATA, context)
    }

    func throwRefusal() throws(TransportFailure) {
      if let failure { throw failure }
    }
  }

  extension Duration {
    /// In milliseconds, rounded up, at least one and at most what every libcurl takes (24 days): 0 would mean no limit.
    var wholeMilliseconds: Int {
      let (seconds, attoseconds) = components
      guard seconds < Int64(Int32.max) / 1000 else { return Int(Int32.max) }
      let milliseconds = seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
      return max(1, Int(milliseconds))
    }
  }

  /// The value of an environment variable; nil when it is not set or empty.
  private func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
  }
#endif
