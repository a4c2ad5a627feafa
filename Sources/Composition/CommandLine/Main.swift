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
  @MainActor
  static func main() async {
    Descriptors.occupy()
    Interruption.ignoreClosedPipes()
    Interruption.hold()
    let command = Task { await Command.run(Array(CommandLine.arguments.dropFirst()), in: .process) }
    Interruption.first { command.cancel() }
    exit(await command.value.rawValue)
  }
}
