import ServiceTokens

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
    let words = Array(CommandLine.arguments.dropFirst())
    // With the priority of a fetch that somebody waits for: for another one Dispatch would start threads of its own.
    let command = Task.detached(priority: .high) {
      let code = await Command.run(words, in: .process)
      // Not `exit`: its handlers would take down OpenSSL while the transport's thread still uses it. Nothing is buffered.
      _exit(code.rawValue)
    }
    // This thread has nothing to do yet, and what the other one needs next takes the longest.
    if Command.sends(words) { Interruption.allow { ServiceTokenClient.Transport.standard.prepare() } }
    Interruption.waitForFirst()
    command.cancel()
    Interruption.waitForSecond()
  }
}
