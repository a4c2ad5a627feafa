#if Curl
  import CCurl
  import CurlShims
  import ServiceTokenDomain

  /// The transfers in flight and their handles: everything that libcurl lets a single thread do.
  struct Transfers {
    private let multi: Handle
    private let watch: Watch
    private let options: CurlOptions
    private var active: [Handle: CurlTransfer] = [:]
    /// Handles to use again, with every option set that all requests share: to reset one and set them anew takes longer
    /// than all that libcurl does for a request on a kept connection.
    private var spare: [Handle] = []
    /// For which URL each handle is set.
    private var urls: [Handle: ParsedURL] = [:]
    private var lookedAfterAll = ContinuousClock.now

    /// nil where libcurl cannot make a multi handle.
    init?(_ configuration: CurlHTTP.Configuration, _ wakeup: Wakeup) {
      guard let multi = unsafe Handle(curl_multi_init()) else { return nil }
      // As many idle connections as Go keeps; libcurl's own default is four for each request in flight, which closes a
      // burst's connections when it is over.
      _ = unsafe curl_shim_multi_set_long(multi.raw, CURLMOPT_MAXCONNECTS, 100)
      if let limit = configuration.connectionsPerHost {
        _ = unsafe curl_shim_multi_set_long(multi.raw, CURLMOPT_MAX_HOST_CONNECTIONS, max(1, limit))
      }
      self.multi = multi
      watch = Watch(wakeup)
      watch.attach(to: multi)
      options = CurlOptions(configuration)
    }

    var isEmpty: Bool { active.isEmpty }

    /// Takes up `transfer`, unless its caller has already left.
    mutating func start(_ transfer: CurlTransfer) {
      guard !transfer.waiter.isFinished else { return }
      do throws(TransportFailure) {
        let easy = try nextHandle()
        transfer.easy = easy
        active[easy] = transfer
        do throws(TransportFailure) {
          try options.describe(transfer, to: easy, &urls[easy])
          let code = unsafe curl_multi_add_handle(multi.raw, easy.raw)
          if code != CURLM_OK { throw TransportFailure(.other, "libcurl multi \(code.rawValue)") }
        } catch {
          release(easy)
          throw error
        }
      } catch {
        transfer.waiter.finish(.failure(error))
      }
    }

    private mutating func nextHandle() throws(TransportFailure) -> Handle {
      if let easy = spare.popLast() { return easy }
      guard let easy = unsafe Handle(curl_easy_init()) else { throw TransportFailure(.other, "no memory for libcurl") }
      do throws(TransportFailure) {
        try options.prepare(easy)
      } catch {
        unsafe curl_easy_cleanup(easy.raw)
        throw error
      }
      return easy
    }

    /// Ends `transfer` where it stands. Its connection is closed, for the rest of its answer would be in the way.
    mutating func abandon(_ transfer: CurlTransfer) {
      guard let easy = transfer.easy else { return }
      _ = unsafe curl_multi_remove_handle(multi.raw, easy.raw)
      release(easy)
    }

    /// Does what needs no waiting: sends the requests that were taken up.
    mutating func doWhatIsDue() {
      watch.doWhatIsDue(multi)
      answer()
    }

    /// Waits, if it may sleep, until something comes for a transfer, and does what is to be done about it.
    mutating func wait(sleeping maySleep: Bool) {
      watch.wait(for: maySleep ? patience : 0, multi)
      if !isEmpty { lookAfterAll() }
      answer()
    }

    /// Answers the callers whose transfers ended.
    private mutating func answer() {
      var left: Int32 = 0
      while let message = unsafe curl_multi_info_read(multi.raw, &left) {
        guard unsafe message.pointee.msg == CURLMSG_DONE, let easy = unsafe Handle(message.pointee.easy_handle) else {
          continue
        }
        end(easy, unsafe curl_shim_result(message))
      }
      if options.limitsConnections { endOverdue() }
    }

    /// Once a second: 7.88 gives an address up in time, but does not ask to be called for the next one.
    private mutating func lookAfterAll() {
      let now = ContinuousClock.now
      guard lookedAfterAll.duration(to: now) >= .seconds(1) else { return }
      lookedAfterAll = now
      _ = unsafe curl_shim_multi_look_after_all(multi.raw)
    }

    /// For how long libcurl may be left alone, in milliseconds.
    private var patience: Int32 {
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
      options.withdraw(from: easy)
      if let transfer = active.removeValue(forKey: easy) { transfer.release() }
      guard spare.count >= 32 else { return spare.append(easy) }
      unsafe curl_easy_cleanup(easy.raw)
      urls[easy] = nil
    }
  }

  /// How long after the deadline libcurl has for ending a transfer itself.
  private let grace = Duration.milliseconds(20)
#endif
