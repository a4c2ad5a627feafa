import Foundation
import ServiceTokenInMemory
import ServiceTokens
import TestSupport
import Testing

@testable import service_token

/// One run of the command within the test's process, against an embedded Member Center.
struct CommandRun {
  let code: ExitCode
  let output: String
  let errors: String
  let events: [LogEvent]

  /// Runs the command with the complete configuration of `memberCenter`'s client, and with `changes` to it.
  init(
    _ words: String..., at memberCenter: EmbeddedMemberCenter? = nil, changes: [String: String] = [:],
    outputFailure: Int32? = nil
  ) async {
    await self.init(words, at: memberCenter, changes: changes, outputFailure: outputFailure)
  }

  /// The same, for words that are a list already.
  init(
    _ words: [String], at memberCenter: EmbeddedMemberCenter? = nil, changes: [String: String] = [:],
    outputFailure: Int32? = nil, probes: Probes = .wellConnected,
    onTerminal isTerminal: Bool = false, clock: any Ports.Clock = HastyClock()
  ) async {
    let memberCenter = memberCenter ?? .tested(by: HastyClock())
    let output = InMemoryOutput()
    let errors = InMemoryOutput()
    let logger = RecordingLogger()
    let variables = [
      "MC_ISSUER": memberCenter.configuration.issuer, "MC_CLIENT_ID": "visionA", "MC_CLIENT_SECRET": Canary.secret,
    ].merging(changes) { $1 }
    let surroundings = Surroundings(
      environment: EnvironmentVariables(variables),
      standardOutput: { bytes throws(Descriptors.WriteFailure) in
        if let outputFailure { throw Descriptors.WriteFailure(number: outputFailure) }
        output.append(String(decoding: bytes, as: UTF8.self))
      },
      isTerminal: isTerminal,
      standardError: { errors.append($0) },
      logger: { level in FilteringLogger(minimumLevel: level, logger: logger) },
      clock: clock, transport: .custom(memberCenter), probes: probes)
    code = await Command.run(words, in: surroundings)
    self.output = output.text
    self.errors = errors.text
    events = logger.events
  }

  /// Standard output as the one JSON object that it must be.
  func object(sourceLocation: SourceLocation = #_sourceLocation) throws -> [String: Any] {
    #expect(output.filter { $0 == "\n" }.count == 1 && output.hasSuffix("\n"), sourceLocation: sourceLocation)
    let object = try JSONSerialization.jsonObject(with: Data(output.utf8))
    return try #require(object as? [String: Any], sourceLocation: sourceLocation)
  }

  /// The object under `error` of a failure.
  func error(sourceLocation: SourceLocation = #_sourceLocation) throws -> [String: Any] {
    let object = try object(sourceLocation: sourceLocation)
    #expect(object.count == 1, sourceLocation: sourceLocation)
    let error = try #require(object["error"] as? [String: Any], sourceLocation: sourceLocation)
    #expect(
      error.keys.sorted() == ["attempts", "code", "endpoint", "oauth_error", "retry_after", "status"],
      sourceLocation: sourceLocation)
    return error
  }

  /// Whether the diagnostics are one line.
  var errorsAreOneLine: Bool { errors.hasSuffix("\n") && errors.dropLast().allSatisfy { !$0.isNewline } }
}

extension Probes {
  /// A machine on which every name has one address, and that takes every connection.
  static let wellConnected = Probes(
    mode: { _ in FileMode(bits: 0o600) }, resolve: { _ in .addresses(["192.0.2.1"]) },
    connect: { addresses, _ in
      addresses.map { ConnectionAttempt(address: $0, outcome: .connected(after: .milliseconds(3))) }
    })
}

/// Text that comes piece by piece.
private final class InMemoryOutput: Sendable {
  private let pieces = RecordingLogger()

  var text: String { pieces.events.map(\.name).joined() }

  func append(_ text: String) { pieces.log(LogEvent(name: text, level: .info, fields: [])) }
}

/// Keeps to a level, as the logger of the process does.
private struct FilteringLogger: Ports.Logger {
  let minimumLevel: LogEvent.Level
  let logger: RecordingLogger

  func log(_ event: LogEvent) {
    if event.level >= minimumLevel { logger.log(event) }
  }
}
