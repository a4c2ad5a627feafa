import ServiceTokenDomain
import ServiceTokenPorts
import Testing

@testable import ServiceTokenInMemory

/// Each suite has to find each fault planted here, and nothing besides.
@Suite("The conformance suites", .timeLimit(.minutes(1)))
struct ConformanceTests {
  /// How long a suite waits for the planted faults that hang.
  private static let patience = Duration.milliseconds(500)
  private static let tooShort = "a sleep is not shorter than asked for, by the clock's own monotonic reading"
  private static let sameSecret = "a source gives the same secret until it is changed"

  @Test("A clock without a fault passes")
  func passesAHealthyClock() async {
    #expect(await Conformance.check(clock: FaultyClock()) == [])
  }

  @Test(
    "A clock's faults are found",
    arguments: [
      (FaultyClock.Fault.goesBack, ["the monotonic clock never goes back: a later reading is less"]),
      (.throwsAtZero, ["sleeping for 0.0 seconds returns at once: it threw TransportFailure"]),
      (.hangsBelowZero, ["sleeping for -1.0 seconds returns at once: it did not end"]),
      (
        .hangsWhenCancelled,
        [
          "sleeping in a cancelled task throws CancellationError: it did not end",
          "cancelling a sleep throws CancellationError at once: it did not end",
        ]
      ),
      (
        .returnsWhenCancelled,
        [
          "sleeping in a cancelled task throws CancellationError: it returned",
          "cancelling a sleep throws CancellationError at once: it returned",
        ]
      ),
      (
        .renamesCancellation,
        [
          "sleeping in a cancelled task throws CancellationError: it threw TransportFailure",
          "cancelling a sleep throws CancellationError at once: it threw TransportFailure",
        ]
      ),
      (.wakesEarly, ["\(tooShort): 0.004 seconds instead of 0.005 seconds"]),
      (.neverWakes, ["\(tooShort): it did not end"]),
    ])
  func findsAClocksFault(fault: FaultyClock.Fault, findings: [String]) async {
    let clock = FaultyClock(fault)
    #expect(await Conformance.check(clock: clock, patience: Self.patience).map(\.description) == findings)
  }

  @Test(
    "A secret source's faults are found",
    arguments: [
      (FaultySource.Fault.cachesEmpty, ["a secret is not empty", sameSecret]), (.changes, [sameSecret]),
      (.tearsUnderLoad, [sameSecret]),
      (.fails, ["a source gives its secret"]),
      (.hangs, ["a source answers promptly"]),
    ])
  func findsASourcesFault(fault: FaultySource.Fault, promises: [String]) async {
    let findings = await Conformance.check(secretSource: FaultySource(fault), patience: Self.patience)
    #expect(findings.map(\.promise) == promises)
    #expect(!shows(findings, canary))
  }

  @Test("A source that shows its secret is found, wherever it shows it")
  func findsALeak() async {
    let sources: [(any Ports.SecretSource, [String])] = [
      (DescribesIt(), ["its description holds it", "its debug description holds it", "its dump holds it"]),
      (KeepsText(text: canary), ["its description holds it", "its debug description holds it", "its dump holds it"]),
      (KeepsBytesInside(), ["its mirror holds it"]),
    ]
    for (source, problems) in sources {
      let findings = await Conformance.check(secretSource: source)
      #expect(Set(findings.map(\.promise)) == ["a source does not show its secret"])
      #expect(Set(findings.map(\.problem)).isSuperset(of: problems), "\(type(of: source))")
      #expect(!shows(findings, canary))
    }
  }

  @Test(
    "A logger's faults are found",
    arguments: [
      (FaultyLogger.Fault.writesAsIs, ["an event is one line", "no value breaks a line"]),
      (.dropsTheAwkward, ["an event is one line"]),
      (.forgetsTheNewline, ["an event is one line"]),
      (.beginsWithTheNewline, ["an event is one line"]),
      (.letsEscapesThrough, ["no value breaks a line"]),
    ])
  func findsALoggersFault(fault: FaultyLogger.Fault, promises: [String]) async {
    let logger = FaultyLogger(fault)
    let findings = await Conformance.check(logger: logger) { logger.text }
    #expect(findings.map(\.promise) == promises)
  }

  @Test("A logger that does not come back is found")
  func findsAHangingLogger() async {
    let logger = HangingLogger()
    let findings = await Conformance.check(logger: logger, patience: Self.patience)
    logger.release()
    #expect(findings.map(\.promise) == ["a logger returns quickly"])
  }
}
