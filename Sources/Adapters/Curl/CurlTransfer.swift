#if Curl
  import CCurl
  import CurlShims
  import ServiceTokenDomain

  /// One request on its way: what libcurl reads from, what it writes to, and who waits for it.
  ///
  /// `@unchecked`, because after `init` everything but the waiter is touched by the loop's thread alone; the queue of the
  /// loop, which is locked, carries the transfer there.
  final class CurlTransfer: @unchecked Sendable {
    let waiter = Waiter()
    let request: HTTPRequest
    let deadline: ContinuousClock.Instant
    /// What libcurl points to; nil once it has been used.
    private(set) var memory: RequestMemory?
    /// The handle that carries it, while it is in flight.
    var easy: Handle?
    private var answer: AnswerReader
    /// Whether it may go out: at first, and once more after a kept connection that turned out to be closed.
    private var mayBeSent = true

    /// - Throws: `TransportFailure` when the request holds a character that would forge another line.
    init(_ request: HTTPRequest, deadline: ContinuousClock.Instant) throws(TransportFailure) {
      try request.checkLines()
      self.request = request
      self.deadline = deadline
      memory = RequestMemory(request)
      answer = AnswerReader(limits: request.limits)
    }

    /// Parts it from its handle, and overwrites what libcurl pointed to.
    func release() {
      easy = nil
      memory = nil
    }

    /// What the caller gets, once libcurl has ended the transfer with `code`.
    func result(_ code: CURLcode, _ easy: Handle) -> Result<HTTPResponse, any Error> {
      var timeToHead: curl_off_t = 0
      _ = unsafe curl_shim_get_offset(easy.raw, CURLINFO_STARTTRANSFER_TIME_T, &timeToHead)
      let failure = code == CURLE_OK ? nil : TransportFailure(code, easy, errorText: memory?.errorText ?? "")
      return answer.result(failure, timeToHead: .microseconds(timeToHead))
    }

    /// libcurl is about to send the request. False where it would do so again on its own, as after an HTTP/2 server has
    /// refused the stream: six times in a row, and without a pause.
    fileprivate func isAboutToBeSent() -> Bool {
      defer {
        var newConnections = 0
        if let easy { _ = unsafe curl_shim_get_long(easy.raw, CURLINFO_NUM_CONNECTS, &newConnections) }
        mayBeSent = mayBeSent && newConnections == 0
      }
      return mayBeSent
    }

    fileprivate func takeHeader(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
      unsafe answer.takeHeader(bytes)
    }

    fileprivate func takeBody(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
      unsafe answer.takeBody(bytes)
    }
  }

  /// `CURLOPT_PREREQFUNCTION`.
  func mayBeSent(_ context: UnsafeMutableRawPointer?) -> Bool {
    guard let context = unsafe context else { return false }
    return unsafe Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue().isAboutToBeSent()
  }

  /// `CURLOPT_HEADERFUNCTION`: one whole line at a time, the empty one at the end of a head included.
  func takeHeader(
    _ bytes: UnsafeMutablePointer<CChar>, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
  ) -> Int {
    unsafe take(bytes, size * count, context) { transfer, piece in unsafe transfer.takeHeader(piece) }
  }

  /// `CURLOPT_WRITEFUNCTION`: a piece of the body.
  func takeBody(
    _ bytes: UnsafeMutablePointer<CChar>, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
  ) -> Int {
    unsafe take(bytes, size * count, context) { transfer, piece in unsafe transfer.takeBody(piece) }
  }

  /// Hands a piece to the transfer in `context`. Taking none of it makes libcurl end the transfer.
  private func take(
    _ bytes: UnsafeMutablePointer<CChar>, _ count: Int, _ context: UnsafeMutableRawPointer?,
    _ body: (CurlTransfer, UnsafeBufferPointer<UInt8>) -> Bool
  ) -> Int {
    guard count > 0, let context = unsafe context else { return 0 }
    let transfer = unsafe Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    return unsafe bytes.withMemoryRebound(to: UInt8.self, capacity: count) { start in
      unsafe body(transfer, UnsafeBufferPointer(start: start, count: count)) ? count : 0
    }
  }
#endif
