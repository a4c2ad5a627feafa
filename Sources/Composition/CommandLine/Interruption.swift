import Dispatch

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Turns the first SIGINT or SIGTERM into a call, and leaves the second to the system, which ends the process.
struct Interruption {
  private let sources: [any DispatchSourceSignal]

  init(_ interrupted: @escaping @Sendable () -> Void) {
    sources = [SIGINT, SIGTERM].map { number in
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler {
        interrupted()
        signal(number, SIG_DFL)
      }
      source.resume()
      // Only now: ignoring it keeps the system from ending the process before the source has seen it.
      signal(number, SIG_IGN)
      return source
    }
  }

  /// Lets a write to a closed pipe fail instead of ending the process.
  static func ignoreClosedPipes() {
    signal(SIGPIPE, SIG_IGN)
  }
}
