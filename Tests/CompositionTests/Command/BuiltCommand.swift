import Foundation
import Testing

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The command as it was built, in a process of its own.
final class BuiltCommand: Sendable {
  /// How a process ended, and what it wrote.
  struct Ending: Sendable {
    let status: Int32
    let wasKilled: Bool
    let output: String
    let errors: String
  }

  private let process: Process
  private let output = Pipe()
  private let errors = Pipe()
  private let isOutputClosed: Bool
  private let ended: AsyncStream<Never>

  /// Starts it with `words` and nothing in its environment but `variables` and where the Swift libraries are.
  convenience init(_ words: String..., variables: [String: String] = [:], isOutputClosed: Bool = false) throws {
    let executable: URL = try #require(Self.executable, "service-token is not beside the tests: swift build first")
    try self.init(executable, words, variables: variables, isOutputClosed: isOutputClosed)
  }

  /// The same for another program.
  init(
    _ executable: URL, _ words: [String], variables: [String: String] = [:], isOutputClosed: Bool = false
  ) throws {
    let process = Process()
    process.executableURL = executable
    process.arguments = words
    let libraries = ProcessInfo.processInfo.environment.filter { $0.key == "LD_LIBRARY_PATH" }
    process.environment = variables.merging(libraries) { first, _ in first }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    if isOutputClosed { try output.fileHandleForReading.close() }
    let (ended, ending) = AsyncStream.makeStream(of: Never.self)
    process.terminationHandler = { _ in ending.finish() }
    self.process = process
    self.ended = ended
    self.isOutputClosed = isOutputClosed
    try process.run()
  }

  /// Sends it a signal.
  func interrupt(by signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits until it has ended. What it writes is less than a pipe holds, so nobody need read along.
  func ending() async throws -> Ending {
    for await _ in ended {}
    let output = isOutputClosed ? nil : try output.fileHandleForReading.readToEnd()
    let errors = try errors.fileHandleForReading.readToEnd()
    return Ending(
      status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
      output: String(decoding: output ?? Data(), as: UTF8.self),
      errors: String(decoding: errors ?? Data(), as: UTF8.self))
  }

  /// The products of one build stand side by side: the test bundle, or on Linux the test program, and the command.
  private static var executable: URL? {
    let programs = [CommandLine.arguments.first.map { URL(filePath: $0) }, Bundle.main.executableURL].compactMap { $0 }
    let bundles = Bundle.allBundles.map(\.bundleURL).filter { $0.pathExtension == "xctest" }
    return (programs + bundles)
      .map { $0.deletingLastPathComponent().appending(path: "service-token") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }
}
