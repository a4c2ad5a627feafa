#if Curl
  public import ServiceTokenDomain
  public import ServiceTokenPorts

  /// HTTP by libcurl, the default transport on Linux.
  ///
  /// One thread drives all requests of one instance (libcurl's multi interface), keeps connections and reuses them, and
  /// speaks HTTP/2 where TLS offers it. The thread starts with the first request and sleeps while there is none.
  ///
  /// - Redirects are answers; HTTP authentication is not answered; there are no cookies, no netrc and no cache.
  /// - TLS 1.2 at least, always verified, `http` and `https` alone, URLs without user-info.
  /// - Files of certificates and keys are read for every connection, the system's bundle once a minute, and no TLS
  ///   session is resumed: what is replaced on disk counts from the next connection on, or a minute later. Connections
  ///   that are open stay as they are.
  /// - One deadline over the whole of an attempt, also when bytes trickle (`CURLOPT_TIMEOUT_MS`).
  /// - Cancellation resumes the caller at once, and then closes the request's connection (HTTP/2: its stream).
  /// - Nothing asks for compression: answers are small, and a cap on bytes then is a cap on memory.
  /// - A request whose kept connection turns out to be closed before any byte of an answer came is sent once more on a
  ///   fresh one, by libcurl itself. Seldom, where the server closes it in that very moment, it is an attempt that failed.
  ///
  /// Safe to use from any number of tasks. When the last reference goes, the thread ends and closes every descriptor;
  /// no request can be in flight then, because each retains its transport. ``shutdown()`` does the same and can be
  /// awaited. A child of `fork()` must not use an instance that its parent has used.
  ///
  /// Needs libcurl 7.68 (`curl_multi_wakeup`). Before 7.87 a name that resolves slowly can hold up other requests of the
  /// same instance past its deadline, because those versions wait for the resolver's thread.
  public final class CurlHTTP: Ports.HTTP, Sendable {
    /// What a ``CurlHTTP`` takes from its surroundings.
    public struct Configuration: Sendable {
      /// A file of PEM certificates to trust *instead of* the system's; nil trusts the system's, unless there is a
      /// ``caDirectory``.
      public var caFile: String?
      /// Directories, with colons between them, of PEM certificates to trust *instead of* the system's, each in a file that
      /// is named by its hash (`openssl rehash`). With ``caFile`` both are trusted.
      public var caDirectory: String?
      /// A file with the PEM certificate that is shown to a server which asks for one, and those between it and its
      /// authority (mutual TLS). It says who connects (RFC 8705 §2 without its client authentication): the client proves
      /// its id in one of SPEC S3's three forms all the same.
      public var clientCertificateFile: String?
      /// The PEM private key of that certificate, not encrypted: nobody is asked for a passphrase. nil where
      /// ``clientCertificateFile`` holds it too.
      public var clientKeyFile: String?
      /// Whether proxies of the environment are used, as Go does (SPEC C5): `HTTPS_PROXY` (either case), `http_proxy`
      /// (lower case alone: a CGI program would let its clients set the other), `ALL_PROXY`, `NO_PROXY`. Loopback hosts
      /// are never reached through a proxy. Whether there is one is looked at once, with the first request.
      public var usesProxyEnvironment: Bool
      /// Whether `SSL_CERT_FILE` and `SSL_CERT_DIR` (colons between directories) replace the system's file and
      /// directories of trusted certificates, as Go does (SPEC C5). ``caFile`` and ``caDirectory`` win over both.
      public var usesTrustEnvironment: Bool
      /// How long connecting may take, name resolution and TLS included; nil, the default, leaves it to the attempt's
      /// deadline.
      ///
      /// A limit of its own ends connections that a lost packet merely delays (it is sent again after 1, 3 and 7 s), and
      /// is not needed for the sake of other addresses: the other family is tried after 200 ms, and the next address of
      /// the same one after half of the time that is left.
      public var connectTimeout: Duration?
      /// How many connections to one host may be open at once; nil, the default, sets no limit, and less than one counts
      /// as one.
      ///
      /// Requests beyond the limit wait for a connection, and their deadline runs meanwhile: where one server takes its
      /// time, others fail that would have been answered. Requests are few, because callers of one scope share one.
      public var connectionsPerHost: Int?
      /// The `User-Agent` of requests that do not bring one of their own; nil sends none.
      public var userAgent: String?

      /// Makes a configuration; every part has a default.
      public init(
        caFile: String? = nil, caDirectory: String? = nil, clientCertificateFile: String? = nil,
        clientKeyFile: String? = nil, usesProxyEnvironment: Bool = true, usesTrustEnvironment: Bool = true,
        connectTimeout: Duration? = nil, connectionsPerHost: Int? = nil, userAgent: String? = nil
      ) {
        self.caFile = caFile
        self.caDirectory = caDirectory
        self.clientCertificateFile = clientCertificateFile
        self.clientKeyFile = clientKeyFile
        self.usesProxyEnvironment = usesProxyEnvironment
        self.usesTrustEnvironment = usesTrustEnvironment
        self.connectTimeout = connectTimeout
        self.connectionsPerHost = connectionsPerHost
        self.userAgent = userAgent
      }
    }

    let configuration: Configuration
    private let loop: CurlLoop

    /// Makes a transport. Nothing is opened, read or started before the first request (SPEC C3).
    public init(_ configuration: Configuration = Configuration()) {
      self.configuration = configuration
      loop = CurlLoop(configuration)
    }

    deinit { loop.stop() }

    /// Sets libcurl up, which the first request of the process waits for otherwise. **Blocks its thread** for some
    /// milliseconds, which are worth it where there is one with nothing else to do.
    package static func prepare() { _ = CurlLoop.curlIsReady }

    /// Takes no more requests, lets those in flight come to their ends, and closes every connection.
    ///
    /// Returns when the thread has ended and its last descriptor is closed: after the deadline of the last request in
    /// flight at the latest. Cancellation does not shorten that. Later requests throw
    /// ``/ServiceTokenDomain/TransportFailure``; shutting down twice does no harm. Without it the same happens when the
    /// last reference goes, and nobody can wait for it.
    public func shutdown() async {
      loop.stop()
      await loop.ended()
    }

    /// Sends `request` and waits for its answer; see ``/ServiceTokenPorts/Ports/HTTP/send(_:timeout:)``.
    ///
    /// - Throws: ``/ServiceTokenDomain/TransportFailure`` when no head of an answer came, or when a header field, the
    ///   method or the URL holds a character that would forge another line; its text is libcurl's own name for the
    ///   error, for TLS a sentence of this package, and the numbers of libcurl and of OpenSSL's verification.
    ///   `CancellationError` when the task was cancelled.
    public func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse {
      try await answer(to: CurlTransfer(request, deadline: ContinuousClock.now.advanced(by: timeout)))
    }

    /// The same, ended by `cancellation` too; see ``/ServiceTokenPorts/Ports/HTTP/send(_:timeout:cancelledBy:)``.
    ///
    /// - Throws: as ``send(_:timeout:)`` does; `CancellationError` too when `cancellation` was cancelled.
    public func send(
      _ request: HTTPRequest, timeout: Duration, cancelledBy cancellation: Ports.Cancellation
    ) async throws -> HTTPResponse {
      let transfer = try CurlTransfer(request, deadline: ContinuousClock.now.advanced(by: timeout))
      return try await cancellation.withHandler {
        try await answer(to: transfer)
      } onCancel: { [loop] in
        loop.cancel(transfer)
      }
    }

    private func answer(to transfer: CurlTransfer) async throws -> HTTPResponse {
      defer { withExtendedLifetime(self) {} }
      return try await withTaskCancellationHandler {
        defer { ThreadSanitizer.wasResumed() }
        return try await withCheckedThrowingContinuation { continuation in
          if transfer.waiter.park(continuation) { loop.start(transfer) }
        }
      } onCancel: {
        loop.cancel(transfer)
      }
    }
  }
#endif
