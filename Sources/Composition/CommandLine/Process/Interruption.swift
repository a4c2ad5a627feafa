#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// SIGINT and SIGTERM, blocked and waited for: the first is taken, the second ends the process.
///
/// Dispatch's own source of signals loses some on Linux, where its threads block them and the main thread does not.
enum Interruption {
  /// Holds the signals back. Threads inherit it, so it comes before there are any.
  static func hold() {
    var signals = signals
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Does `body` with the signals as whoever started us left them to this thread: one that comes meanwhile need not wait
  /// for its end, and by default ends the process.
  static func allow(during body: () -> Void) {
    var signals = signals
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    body()
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Takes the first of the signals, which may have come since ``hold()``. Blocks its thread until then.
  static func waitForFirst() {
    var signals = signals
    var number: Int32 = 0
    unsafe sigwait(&signals, &number)
  }

  /// Blocks its thread until a signal ends the process.
  static func waitForSecond() -> Never {
    var signals = signals
    // Whoever started us may have had them ignored, as a shell does in the background.
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    while true { pause() }
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
