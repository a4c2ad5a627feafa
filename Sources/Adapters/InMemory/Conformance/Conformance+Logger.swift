import ServiceTokenDomain
public import ServiceTokenPorts

extension Conformance {
  /// Holds `logger` to ``/ServiceTokenPorts/Ports/Logger``: it gets events with awkward values, from one thread and from
  /// several at once.
  ///
  /// - Parameters:
  ///   - logger: the logger to look at.
  ///   - patience: how long, in real time, all of that may take.
  ///   - written: for a logger that writes lines: all that it has written so far. Every event is a warning and takes one
  ///     line then, and no line holds a control character.
  /// - Returns: the promises that were not kept.
  public static func check(
    logger: any Ports.Logger, patience: Duration = .seconds(30), written: (@Sendable () async -> String)? = nil
  ) async -> [Finding] {
    let threads = 4
    let done: Result<Void, any Error>? = await outcome(within: patience) {
      try await onThreads(1) { awkwardEvents.forEach(logger.log) }
      try await onThreads(threads) { awkwardEvents.forEach(logger.log) }
    }
    guard case .success = done else {
      return [Finding(promise: "a logger returns quickly", problem: "a call did not end")]
    }
    guard let written else { return [] }

    var findings: [Finding] = []
    let lines = await written().unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    let expected = awkwardEvents.count * (threads + 1)
    // What follows the last newline is no line.
    if lines.count - 1 != expected || lines.last?.isEmpty != true {
      findings.append(
        Finding(promise: "an event is one line", problem: "\(expected) events gave \(lines.count - 1) lines"))
    }
    if lines.contains(where: { $0.contains(where: \.breaksLines) }) {
      findings.append(Finding(promise: "no value breaks a line", problem: "a line holds a control character"))
    }
    return findings
  }

  /// Does `body` on this many threads at once, which are not the tasks' own: a logger that does not come back would keep
  /// one of those from everybody, the wait for it included.
  private static func onThreads(_ count: Int, _ body: @escaping @Sendable () -> Void) async throws {
    let threads = ThreadGroup()
    let dones = (0..<count).map { _ in Promise<Void>() }
    for done in dones {
      try threads.spawn {
        body()
        done.settle(.success(()))
      }
    }
    for done in dones { try await done.value() }
  }

  private static let awkwardEvents: [LogEvent] = {
    let texts = [
      "", " ", "a b", "a=b", "\"", "\\", "\n", "\r\n", "{\"level\":\"info\"}\n{", "\u{0}\u{1B}[2J\u{7F}\u{85}",
      "\u{2028}\u{2029}", "\u{202E}abc\u{2066}", "e\u{301}\u{1F9D1}\u{200D}\u{1F680}",
      String(repeating: "x", count: 5_000),
    ]
    let numbers: [LogEvent.Value] = [
      .int(.min), .int(.max), .duration(.zero), .duration(.nanoseconds(-1)), .duration(.seconds(Int64.max)),
    ]
    let fields = texts.map(LogEvent.Value.string) + numbers
    return fields.map { LogEvent(name: "conformance.awkward", level: .warning, fields: [.init("value", $0)]) }
      + [LogEvent(name: "conformance.bare", level: .warning, fields: [])]
  }()
}

extension Unicode.Scalar {
  fileprivate var breaksLines: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
