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
  import ServiceTokenPorts

  /// The thread that drives every transfer of one transport, and the queue of what it is asked to do.
  ///
  /// libcurl's handles belong to one thread: all but ``start(_:)``, ``cancel(_:)`` and ``stop()`` runs on the loop's
  /// own. Those three queue what is to be done, and wake the thread only where it says, under the same lock, that it
  /// sleeps: while it is busy many are queued and none pays for a system call.
  final class CurlLoop: Sendable {
    private enum Command {
      case start(CurlTransfer)
      case abandon(CurlTransfer)
    }

    private struct Shared {
      var commands: [Command] = []
      var hasThread = false
      var stops = false
      var hasEnded = false
      var awaitingEnd: [CheckedContinuation<Void, Never>] = []
      /// What ends the sleep of the thread, while it sleeps or is about to.
      var sleep: Wakeup?

      mutating func wake() {
        sleep?.signal()
        sleep = nil
      }
    }

    /// libcurl's process-wide state, set up once and never torn down, since others in the process may use it too.
    static let curlIsReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    static let curlIsNotReady = "libcurl could not be loaded or set up; is it installed?"

    private let configuration: CurlHTTP.Configuration
    private let shared = Locked(Shared())

    init(_ configuration: CurlHTTP.Configuration) { self.configuration = configuration }

    /// Sends the request of `transfer`; its waiter hears of the end.
    func start(_ transfer: CurlTransfer) {
      let (isRefused, needsThread) = shared.withLock { shared in
        // From here on the thread may end between two commands.
        if shared.stops { return (true, false) }
        shared.commands.append(.start(transfer))
        shared.wake()
        defer { shared.hasThread = true }
        return (false, !shared.hasThread)
      }
      if isRefused { transfer.waiter.finish(.failure(TransportFailure(.other, "the transport was shut down"))) }
      if needsThread, !DetachedThread.start(run) { fail() }
    }

    /// Ends the wait for `transfer`, and then the transfer.
    func cancel(_ transfer: CurlTransfer) {
      guard transfer.waiter.finish(.failure(CancellationError())) else { return }
      shared.withLock { shared in
        shared.commands.append(.abandon(transfer))
        shared.wake()
      }
    }

    /// Takes no more requests, and ends the thread once nothing is in flight.
    func stop() {
      let hasThread = shared.withLock { shared in
        shared.stops = true
        shared.wake()
        return shared.hasThread
      }
      if !hasThread { end() }
    }

    /// Returns when the thread has let go of everything, after ``stop()``.
    func ended() async {
      defer { ThreadSanitizer.wasResumed() }
      await withCheckedContinuation { continuation in
        let hasEnded = shared.withLock { shared in
          if !shared.hasEnded { shared.awaitingEnd.append(continuation) }
          return shared.hasEnded
        }
        if hasEnded { continuation.resume() }
      }
    }

    private func end() {
      let awaiting = shared.withLock { shared in
        shared.hasEnded = true
        defer { shared.awaitingEnd = [] }
        return shared.awaitingEnd
      }
      for continuation in awaiting { continuation.resume() }
    }

    // MARK: The thread

    /// Answers what is queued when there is no thread to do it; the next request tries to start one again.
    private func fail() {
      let (commands, stops) = shared.withLock { shared in
        shared.hasThread = false
        defer { shared.commands = [] }
        return (shared.commands, shared.stops)
      }
      if stops { end() }
      let reason = Self.curlIsReady ? "no thread, no memory or no descriptors for libcurl" : Self.curlIsNotReady
      for case .start(let transfer) in commands { transfer.waiter.finish(.failure(TransportFailure(.other, reason))) }
    }

    fileprivate func run() {
      blockSIGPIPE()
      if drive() { end() } else { fail() }
    }

    /// Drives all transfers until there are no more; when it returns every descriptor is closed. False where libcurl, or
    /// the process, has no room for it.
    private func drive() -> Bool {
      guard Self.curlIsReady, let wakeup = Wakeup(), var transfers = Transfers(configuration, wakeup) else {
        return false
      }
      while let commands = takeCommands(whileIdle: transfers.isEmpty) {
        for command in commands {
          switch command {
          case .start(let transfer): transfers.start(transfer)
          case .abandon(let transfer): transfers.abandon(transfer)
          }
        }
        transfers.doWhatIsDue()
        transfers.wait(sleeping: maySleep(wakeup, whileIdle: transfers.isEmpty))
      }
      transfers.close()
      return true
    }

    /// What was asked since the last time; nil when the loop is to end.
    private func takeCommands(whileIdle isIdle: Bool) -> [Command]? {
      shared.withLock { shared in
        shared.sleep = nil
        if shared.stops && isIdle && shared.commands.isEmpty { return nil }
        defer { shared.commands.removeAll(keepingCapacity: true) }
        return shared.commands
      }
    }

    /// Whether there is nothing to do but wait; from then on `wakeup` is signalled when something is asked.
    private func maySleep(_ wakeup: Wakeup, whileIdle isIdle: Bool) -> Bool {
      shared.withLock { shared in
        guard shared.commands.isEmpty, !(shared.stops && isIdle) else { return false }
        shared.sleep = wakeup
        return true
      }
    }
  }

  /// A peer that has gone away is an error to report, not a signal to die of: with `CURLOPT_NOSIGNAL` libcurl leaves
  /// `SIGPIPE` to its caller.
  private func blockSIGPIPE() {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGPIPE)
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
  }
#endif
