import Dispatch

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// SIGINT and SIGTERM: the first becomes a call, the second ends the process.
///
/// They are blocked and waited for. Dispatch's own source of signals loses some on Linux: it blocks them on one of its
/// threads, and the system drops what the main thread ignores meanwhile.
enum Interruption {
  /// Holds the signals back until ``first(_:)`` takes them. Threads inherit it, so it comes before there are any.
  static func hold() {
    var signals = signals
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Calls `interrupted` at the first of the signals, which may have come since ``hold()``.
  static func first(_ interrupted: @escaping @Sendable () -> Void) {
    DispatchQueue(label: "service-token.signals").async {
      var signals = signals
      var number: Int32 = 0
      unsafe sigwait(&signals, &number)
      interrupted()
      // Whoever started us may have had them ignored, as a shell does in the background.
      for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
      unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
      // The thread on which they are not blocked must be there for the second one.
      while true { pause() }
    }
  }

  /// Lets a write to a closed pipe fail instead of ending the process.
  static func ignoreClosedPipes() {
    signal(SIGPIPE, SIG_IGN)
  }

  private static var signals: sigset_t {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] { unsafe sigaddset(&signals, number) }
    return signals
  }
}
