public import ServiceTokenDomain

extension Ports {
  /// Sends one HTTP request and brings back its answer: the transport.
  ///
  /// Retry, authentication, classification of statuses and logging are not its business; the client has done them.
  ///
  /// ## What an implementer owes
  /// - **Just this request.** Method, URL, header fields and body go out as they are. Nothing is added but `Host`,
  ///   `Content-Length`, `User-Agent`, and what content coding and the protocol need. No cookie is kept or sent, no
  ///   answer is cached, no credentials are taken from a file, a store or a URL, no `WWW-Authenticate` is answered, and
  ///   no offer to go on elsewhere or otherwise (`Alt-Svc`, `Upgrade`) is taken. A method, URL or field that would forge
  ///   another line (RFC 9112 §11.1) is an error, and nothing is sent.
  /// - **Just its answer.** Status, header fields and body come back as they were sent, with any content coding undone.
  ///   Interim answers (1xx) and trailers are not taken for it, and what follows it on the connection is not taken for the
  ///   next request's (RFC 9112 §11.2). What is no HTTP, or ends before its head has, is a failure.
  /// - **No redirect is followed** (SPEC R4). A 3xx is an answer like any other; nothing reaches its `Location`.
  /// - **One attempt.** Nothing is sent twice, but for a connection kept from before that turned out to be closed
  ///   before any byte of an answer came.
  /// - **One deadline.** After `timeout`, counted over name resolution, connecting, sending and reading together and
  ///   however slowly bytes trickle, the call ends: with ``/ServiceTokenDomain/TransportFailure/Kind/timeOut`` before the
  ///   head of an answer, with ``/ServiceTokenDomain/HTTPResponse/End/brokenOff(_:)`` after it.
  /// - **Bounded memory.** At most the request's `limits` are read of a body; the answer then ends in
  ///   ``/ServiceTokenDomain/HTTPResponse/End/tooLong``. The head is bounded too (300 KiB will do).
  /// - **Prompt cancellation.** When the calling task is cancelled, the call throws `CancellationError` at once, a task
  ///   cancelled before the call included, and the request on the wire is ended where the platform can do that.
  /// - **Verified TLS** for `https`; there is no switch to turn it off. Plain `http` is sent where the URL says so: the
  ///   client has already refused the hosts for which it is not allowed.
  /// - **Silence.** Header fields and bodies hold secrets. They go into no log, no error, no crash message, and no
  ///   buffer that outlives the request longer than it must.
  /// - Calls may come from any number of tasks at once.
  ///
  /// `ServiceTokenInMemory.Conformance.check(http:)` holds a transport to all of that but TLS, in one call.
  ///
  /// ## To fake it
  /// `ServiceTokenInMemory.ScriptedHTTP` replays answers and records requests; in the simplest case write
  /// ```
  /// struct AlwaysBusy: Ports.HTTP {
  ///   func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse { HTTPResponse(status: 503) }
  /// }
  /// ```
  public protocol HTTP: Sendable {
    /// Sends `request` and waits for the whole of its answer.
    ///
    /// - Parameters:
    ///   - request: what to send.
    ///   - timeout: how long the whole may take, more than zero.
    /// - Returns: the answer, whatever its status, from the moment that its head has come.
    /// - Throws: ``/ServiceTokenDomain/TransportFailure`` when no head came; `CancellationError` when the task was
    ///   cancelled. Any other error counts as a failure of the transport and is never shown.
    func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse

    /// The same, and ``Cancellation`` ends it as a cancellation of the calling task does. Unless implemented, a task of its
    /// own does it, so that a transport need not know of this; one that can end a request by itself saves that task.
    ///
    /// - Throws: as ``send(_:timeout:)`` does; `CancellationError` too when `cancellation` was cancelled.
    func send(
      _ request: HTTPRequest, timeout: Duration, cancelledBy cancellation: Cancellation
    ) async throws -> HTTPResponse
  }
}

extension Ports.HTTP {
  /// Sends `request` in a task of its own.
  public func send(
    _ request: HTTPRequest, timeout: Duration, cancelledBy cancellation: Ports.Cancellation
  ) async throws -> HTTPResponse {
    try await cancellation.run { try await send(request, timeout: timeout) }
  }
}
