#if Curl
  import CCurl
  import CurlShims
  import ServiceTokenDomain

  /// The transfers in flight and their handles: everything that libcurl lets a single thread do.
  struct Transfers {
    private let multi: Handle
    private let options: CurlOptions
    private var active: [Handle: CurlTransfer] = [:]
    /// Handles to use again: a handle that has been used costs a third of a new one.
    private var spare: [Handle] = []

    init(multi: Handle, options: CurlOptions) {
      self.multi = multi
      self.options = options
    }

    var isEmpty: Bool { active.isEmpty }

    /// Sends the request of `transfer`, unless its caller has already left.
    mutating func start(_ transfer: CurlTransfer) {
      guard !transfer.waiter.isFinished else { return }
      guard let easy = unsafe spare.popLast() ?? Handle(curl_easy_init()) else {
        transfer.waiter.finish(.failure(TransportFailure(.other, "no memory for libcurl")))
        return
      }
      transfer.easy = easy
      active[easy] = transfer
      if let failure = options.apply(to: easy, transfer) {
        release(easy)
        transfer.waiter.finish(.failure(failure))
        return
      }
      let code = unsafe curl_multi_add_handle(multi.raw, easy.raw)
      if code != CURLM_OK {
        release(easy)
        transfer.waiter.finish(.failure(TransportFailure(.other, "libcurl multi \(code.rawValue)")))
      }
    }

    /// Ends `transfer` where it stands. Its connection is closed, for the rest of its answer would be in the way.
    mutating func abandon(_ transfer: CurlTransfer) {
      guard let easy = transfer.easy else { return }
      _ = unsafe curl_multi_remove_handle(multi.raw, easy.raw)
      release(easy)
    }

    /// Does what can be done without waiting, and answers the callers whose transfers ended.
    mutating func perform() {
      var running: Int32 = 0
      _ = unsafe curl_multi_perform(multi.raw, &running)
      var left: Int32 = 0
      while let message = unsafe curl_multi_info_read(multi.raw, &left) {
        guard unsafe message.pointee.msg == CURLMSG_DONE, let easy = unsafe Handle(message.pointee.easy_handle) else {
          continue
        }
        end(easy, unsafe curl_shim_result(message))
      }
      if options.limitsConnections { endOverdue() }
    }

    /// For how long libcurl may be left alone, in milliseconds, at most a second while something is in flight: 7.88 gives
    /// an address up in time, but does not ask to be called for the next one.
    var patience: Int32 {
      guard !isEmpty else { return .max }
      guard options.limitsConnections, let deadline = active.values.lazy.map(\.deadline).min() else { return 1000 }
      return Int32(min(1000, ContinuousClock.now.duration(to: deadline.advanced(by: grace)).wholeMilliseconds))
    }

    /// A transfer that waits for a connection libcurl leaves alone, whatever its time-out says.
    private mutating func endOverdue() {
      let now = ContinuousClock.now
      for (easy, transfer) in active where transfer.deadline.advanced(by: grace) <= now {
        end(easy, CURLE_OPERATION_TIMEDOUT)
      }
    }

    private mutating func end(_ easy: Handle, _ code: CURLcode) {
      guard let transfer = active[easy] else { return }
      let result = transfer.result(code, easy)
      _ = unsafe curl_multi_remove_handle(multi.raw, easy.raw)
      release(easy)
      transfer.waiter.finish(result)
    }

    /// Lets go of every handle and closes every connection.
    func close() {
      for easy in spare { unsafe curl_easy_cleanup(easy.raw) }
      _ = unsafe curl_multi_cleanup(multi.raw)
    }

    /// Parts `easy` from its transfer. Afterwards it holds no pointer into it, so the transfer's memory may go.
    private mutating func release(_ easy: Handle) {
      unsafe curl_easy_reset(easy.raw)
      if let transfer = active.removeValue(forKey: easy) { transfer.release() }
      if spare.count < 32 { spare.append(easy) } else { unsafe curl_easy_cleanup(easy.raw) }
    }
  }

  /// How long after the deadline libcurl has for ending a transfer itself.
  private let grace = Duration.milliseconds(20)
#endif
