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
  static func main() async {
    Descriptors.occupy()
    Interruption.ignoreClosedPipes()
    let command = Task { await Command.run(Array(CommandLine.arguments.dropFirst()), in: .process) }
    let interruption = Interruption { command.cancel() }
    let code = await command.value
    withExtendedLifetime(interruption) { exit(code.rawValue) }
  }
}
