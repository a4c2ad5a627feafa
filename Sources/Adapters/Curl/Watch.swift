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

  /// What libcurl waits for on behalf of its transfers: sockets, and a moment.
  ///
  /// It says so by callbacks (`CURLMOPT_SOCKETFUNCTION`, `CURLMOPT_TIMERFUNCTION`) whenever that changes, and is told only
  /// of what came. The other way, `curl_multi_poll` and `curl_multi_perform`, asks the kernel for every transfer in flight,
  /// one by one, each time that any of them gets on.
  ///
  /// Belongs to the loop's thread.
  final class Watch {
    private let wakeup: Wakeup
    /// The wake-up's descriptor first, then libcurl's sockets in no order.
    private var watched: [pollfd]
    private var positions: [Int32: Int] = [:]
    private var timer: ContinuousClock.Instant?

    init(_ wakeup: Wakeup) {
      self.wakeup = wakeup
      watched = [pollfd(fd: wakeup.descriptor, events: Int16(POLLIN), revents: 0)]
    }

    /// Asks `multi`, which must not outlive this object, to say what it waits for.
    func attach(to multi: Handle) {
      let context = unsafe Unmanaged.passUnretained(self).toOpaque()
      _ = unsafe curl_shim_multi_set_socket_callback(
        multi.raw, { _, socket, what, context, _ in unsafe watchSocket(socket, what, context) }, context)
      _ = unsafe curl_shim_multi_set_timer_callback(
        multi.raw, { _, milliseconds, context in unsafe watchTimer(milliseconds, context) }, context)
    }

    /// Sleeps until something comes, at most `patience` milliseconds, and tells `multi` of it.
    func wait(for patience: Int32, _ multi: Handle) {
      var left = unsafe poll(&watched, nfds_t(watched.count), min(patience, timeLeft))
      if left > 0, watched[0].revents != 0 {
        left -= 1
        wakeup.clear()
      }
      var running: Int32 = 0
      // Backwards: where libcurl takes one away, the last one, which has been seen, gets its place.
      var index = watched.count
      while left > 0, index > 1 {
        index -= 1
        guard index < watched.count, watched[index].revents != 0 else { continue }
        left -= 1
        let ready = watched[index]
        watched[index].revents = 0
        _ = unsafe curl_multi_socket_action(multi.raw, ready.fd, ready.came, &running)
      }
      doWhatIsDue(multi)
    }

    /// Calls `multi` where the moment has come for which it asked.
    func doWhatIsDue(_ multi: Handle) {
      guard timeLeft == 0 else { return }
      timer = nil
      var running: Int32 = 0
      _ = unsafe curl_multi_socket_action(multi.raw, CURL_SOCKET_TIMEOUT, 0, &running)
    }

    /// Milliseconds until libcurl wants to be called without a socket's doing.
    private var timeLeft: Int32 {
      guard let timer else { return .max }
      let left = ContinuousClock.now.duration(to: timer)
      return left > .zero ? Int32(clamping: left.wholeMilliseconds) : 0
    }

    fileprivate func set(_ socket: Int32, _ what: Int32) {
      if what == CURL_POLL_REMOVE {
        guard let position = positions.removeValue(forKey: socket) else { return }
        let last = watched.removeLast()
        guard last.fd != socket else { return }
        watched[position] = last
        positions[last.fd] = position
        return
      }
      let events = (what & CURL_POLL_IN != 0 ? POLLIN : 0) | (what & CURL_POLL_OUT != 0 ? POLLOUT : 0)
      let entry = pollfd(fd: socket, events: Int16(events), revents: 0)
      if let position = positions[socket] {
        watched[position] = entry
      } else {
        positions[socket] = watched.count
        watched.append(entry)
      }
    }

    fileprivate func setTimer(_ milliseconds: Int) {
      timer = milliseconds < 0 ? nil : ContinuousClock.now.advanced(by: .milliseconds(milliseconds))
    }
  }

  extension pollfd {
    /// What came, in libcurl's words.
    fileprivate var came: Int32 {
      let came = Int32(revents)
      var bits: Int32 = 0
      if came & Int32(POLLIN | POLLHUP) != 0 { bits |= CURL_CSELECT_IN }
      if came & Int32(POLLOUT) != 0 { bits |= CURL_CSELECT_OUT }
      if came & Int32(POLLERR | POLLNVAL) != 0 { bits |= CURL_CSELECT_ERR }
      return bits
    }
  }

  /// `CURLMOPT_SOCKETFUNCTION`.
  private func watchSocket(_ socket: curl_socket_t, _ what: Int32, _ context: UnsafeMutableRawPointer?) -> Int32 {
    if let context = unsafe context {
      unsafe Unmanaged<Watch>.fromOpaque(context).takeUnretainedValue().set(socket, what)
    }
    return 0
  }

  /// `CURLMOPT_TIMERFUNCTION`.
  private func watchTimer(_ milliseconds: Int, _ context: UnsafeMutableRawPointer?) -> Int32 {
    if let context = unsafe context {
      unsafe Unmanaged<Watch>.fromOpaque(context).takeUnretainedValue().setTimer(milliseconds)
    }
    return 0
  }
#endif
