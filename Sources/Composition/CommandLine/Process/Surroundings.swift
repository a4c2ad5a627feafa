import ServiceTokens

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What the command takes from the process, so that a test can run it within its own.
struct Surroundings: Sendable {
  var environment: EnvironmentVariables
  var standardOutput: @Sendable ([UInt8]) throws(Descriptors.WriteFailure) -> Void
  /// Whether a person reads standard output as it is written.
  var isTerminal = false
  var standardError: @Sendable (String) -> Void
  var logger: @Sendable (LogEvent.Level) -> any Ports.Logger
  var clock: any Ports.Clock = SystemClock()
  /// What is used where no option chooses a transport.
  var transport = ServiceTokenClient.Transport.standard
  var probes = Probes.system

  static let process = Surroundings(
    environment: .process,
    standardOutput: { bytes throws(Descriptors.WriteFailure) in try Descriptors.write(bytes, to: STDOUT_FILENO) },
    isTerminal: isatty(STDOUT_FILENO) == 1,
    standardError: { text in try? Descriptors.write(Array(text.utf8), to: STDERR_FILENO) },
    logger: { level in StandardErrorLogger(minimumLevel: level, clock: SystemClock()) })
}
