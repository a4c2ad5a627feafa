import Foundation
import ServiceTokenDomain
import ServiceTokenPorts

@testable import ServiceTokenInMemory

/// A clock that moves by itself as soon as somebody sleeps, so that no test waits, and that has at most one fault.
final class FaultyClock: Ports.Clock {
  enum Fault: Sendable {
    case goesBack, throwsAtZero, hangsBelowZero, hangsWhenCancelled, returnsWhenCancelled, renamesCancellation
    case wakesEarly, neverWakes
  }

  private let fault: Fault?
  private let clock = ManualClock(monotonic: 1_000_000)
  private let readings = Locked(0)

  init(_ fault: Fault? = nil) { self.fault = fault }

  func now() -> Reading {
    var reading = clock.now()
    let count = readings.withLock { count in
      count += 1
      return count
    }
    if fault == .goesBack, count.isMultiple(of: 100) { reading.monotonic -= 1 }
    return reading
  }

  func sleep(for duration: Duration) async throws {
    switch fault {
    case .throwsAtZero where duration == .zero: throw TransportFailure(.other)
    case .hangsBelowZero where duration < .zero: await hang()
    case .neverWakes where duration > .zero && !isLong(duration): await hang()
    case .hangsWhenCancelled where isLong(duration): await hang()
    default: break
    }
    guard isLong(duration) else {
      guard duration > .zero else { return }
      return clock.advance(by: fault == .wakesEarly ? duration - .milliseconds(1) : duration)
    }
    do {
      try await clock.sleep(for: duration)
    } catch {
      if fault == .returnsWhenCancelled { return }
      throw fault == .renamesCancellation ? TransportFailure(.other) : error
    }
  }

  /// The suite sleeps that long only to be cancelled.
  private func isLong(_ duration: Duration) -> Bool { duration > .seconds(60) }
}

/// Suspends for good, also when cancelled.
private func hang() async {
  await unsafe withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
}

/// A source with one fault.
final class FaultySource: Ports.SecretSource {
  enum Fault: Sendable { case cachesEmpty, changes, tearsUnderLoad, fails, hangs }

  private let fault: Fault
  private let reads = Locked(0)

  init(_ fault: Fault) { self.fault = fault }

  func clientSecret() async throws -> Secret {
    let read = reads.withLock { count in
      count += 1
      return count
    }
    switch fault {
    case .cachesEmpty: return Secret(read == 1 ? canary : "")
    case .changes: return Secret("\(canary) \(read)")
    case .tearsUnderLoad: return Secret(read <= 2 ? canary : "\(canary) \(read)")
    case .fails: throw TransportFailure(.other, canary)
    case .hangs:
      await hang()
      return Secret(canary)
    }
  }
}

/// A source whose description shows the secret.
struct DescribesIt: Ports.SecretSource, CustomStringConvertible {
  var description: String { "a source of \(canary)" }
  func clientSecret() async throws -> Secret { Secret(canary) }
}

/// A source that keeps text where a secret belongs.
struct KeepsText: Ports.SecretSource {
  let text: String
  func clientSecret() async throws -> Secret { Secret(text) }
}

/// A source that keeps bytes, in a superclass of something inside.
struct KeepsBytesInside: Ports.SecretSource {
  private class Base { let bytes = Array(canary.utf8) }
  // Unchecked because of its superclass, which never changes.
  private final class Inside: Base, @unchecked Sendable {}
  private let inside: Inside? = Inside()
  func clientSecret() async throws -> Secret { Secret(canary) }
}

/// A logger with one fault.
final class FaultyLogger: Ports.Logger {
  enum Fault: Sendable { case writesAsIs, dropsTheAwkward, forgetsTheNewline, beginsWithTheNewline, letsEscapesThrough }

  private let fault: Fault
  private let pieces = Journal<String>()

  init(_ fault: Fault) { self.fault = fault }

  var text: String { pieces.entries.joined() }

  func log(_ event: LogEvent) {
    let value = event.fields.map { "\($0.value)" }.joined()
    switch fault {
    case .writesAsIs:
      if case .string(let text) = event["value"] { pieces.append(text + "\n") } else { pieces.append("\n") }
    case .dropsTheAwkward: if value.utf8.count < 1_000 { pieces.append("x\n") }
    case .forgetsTheNewline: pieces.append(event["value"] == .int(.max) ? "x" : "x\n")
    case .beginsWithTheNewline: pieces.append("\nx")
    case .letsEscapesThrough: pieces.append("\u{1B}[2J\n")
    }
  }
}

/// A logger that holds its caller until it is released.
final class HangingLogger: Ports.Logger {
  private let gate = DispatchSemaphore(value: 0)

  func log(_ event: LogEvent) {
    gate.wait()
    gate.signal()
  }

  func release() { gate.signal() }
}
