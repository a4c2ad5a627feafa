import Foundation
import ServiceTokenPorts
import TestProcesses
import Testing

/// The command as it was built, in a process of its own.
final class BuiltCommand: Sendable {
  /// How a process ended, and what it wrote.
  struct Ending: Sendable {
    let status: Int32
    let wasKilled: Bool
    let output: String
    let errors: String

    init(_ ending: ChildProcess.Ending, output: String, errors: String) {
      (self.output, self.errors) = (output, errors)
      switch ending {
      case .exited(let status): (self.status, wasKilled) = (status, false)
      case .killed(let signal): (status, wasKilled) = (signal, true)
      }
    }
  }

  private let process: ChildProcess
  private let outcome: AsyncStream<Ending>

  /// Starts it with `words` and nothing in its environment but `variables` and where the Swift libraries are.
  convenience init(_ words: String..., variables: [String: String] = [:], isOutputClosed: Bool = false) throws {
    let executable: URL = try #require(Self.executable, "service-token is not beside the tests: swift build first")
    try self.init(executable, words, variables: variables, isOutputClosed: isOutputClosed)
  }

  /// The same for another program.
  init(
    _ executable: URL, _ words: [String], variables: [String: String] = [:], isOutputClosed: Bool = false
  ) throws {
    let process = try ChildProcess(executable.path, words, variables: variables, keepsErrors: true)
    if isOutputClosed { close(process.output) }
    self.process = process
    let (outcome, continuation) = AsyncStream.makeStream(of: Ending.self)
    self.outcome = outcome
    // Now, and not when a task gets to it: while a process that has ended is not waited for, the thread by which Swift
    // Testing waits for its exit tests turns around in a circle.
    let isWaitedFor = DetachedThread.start {
      // It writes less than a pipe holds: one can be read after the other.
      let output = isOutputClosed ? "" : ChildProcess.readToEnd(of: process.output)
      let errors = ChildProcess.readToEnd(of: process.errors ?? -1)
      continuation.yield(Ending(process.waitForEnd(), output: output, errors: errors))
      continuation.finish()
    }
    precondition(isWaitedFor, "the system has no thread left")
  }

  /// Sends it a signal.
  func interrupt(by signal: Int32) { kill(process.id, signal) }

  /// Waits until it has ended; to be called once.
  func ending() async throws -> Ending {
    var endings = outcome.makeAsyncIterator()
    return try #require(await endings.next(), "waited for twice, or cancelled")
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
