#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What belongs to the process and not to the command: descriptors, signals, the exit.
@main
enum Main {
  /// Not `async`: the main thread waits for signals, which an asynchronous main function hands to Dispatch, and Dispatch
  /// unblocks them on Linux.
  static func main() {
    Descriptors.occupy()
    Interruption.ignoreClosedPipes()
    Interruption.hold()
    // libcurl would write the keys of its TLS sessions there, and with them the secret could be read off the wire. Here,
    // while there is no other thread that reads the environment.
    unsafe unsetenv("SSLKEYLOGFILE")
    let command = Task.detached {
      let code = await Command.run(Array(CommandLine.arguments.dropFirst()), in: .process)
      // Not `exit`: its handlers would take down OpenSSL while the transport's thread still uses it. Nothing is buffered.
      _exit(code.rawValue)
    }
    Interruption.waitForFirst()
    command.cancel()
    Interruption.waitForSecond()
  }
}
