import Foundation
import ServiceTokenDomain
import ServiceTokenInMemory
import Testing

@testable import ServiceTokenStandardError

@Suite("Logging to standard error", .timeLimit(.minutes(1)))
struct StandardErrorLoggerTests {
  @Test("Log: events below the minimum are left out", arguments: LogEvent.Level.allCases)
  func leavesOutLowLevels(minimum: LogEvent.Level) {
    let lines = LoggedLines()
    let logger = lines.logger(.text, minimumLevel: minimum)
    for level in LogEvent.Level.allCases { logger.log(LogEvent(name: "e", level: level, fields: [])) }
    #expect(lines.count == LogEvent.Level.allCases.count { $0 >= minimum })
  }

  @Test("Log: an event is one write, its newline included")
  func writesOnce() {
    let lines = LoggedLines()
    lines.logger(.json).log(LogEvent(name: "e", level: .info, fields: [.init("label", .string("\n"))]))
    #expect(lines.count == 1)
    #expect(lines.text.hasSuffix("}\n"))
  }

  @Test("Log: a line that the system takes in pieces arrives whole, signals or not")
  func continuesAfterPartialWritesAndSignals() {
    var (calls, written) = (0, [UInt8]())
    unsafe StandardError.write(Array("0123456789\n".utf8)) { piece in
      calls += 1
      guard calls % 2 == 0 else {
        errno = EINTR
        return -1
      }
      let taken = unsafe piece.prefix(3)
      unsafe written.append(contentsOf: taken)
      return unsafe taken.count
    }
    #expect(String(decoding: written, as: UTF8.self) == "0123456789\n")
    #expect(calls == 8)
  }

  @Test("Log: what cannot be written is dropped at once", arguments: [EPIPE, EAGAIN, EBADF, ENOSPC, EIO])
  func dropsOnFailure(number: Int32) {
    var calls = 0
    unsafe StandardError.write([0x0A]) { _ in
      calls += 1
      errno = number
      return -1
    }
    #expect(calls == 1)
  }

  @Test("Log: a system that takes nothing does not hold the caller")
  func dropsOnNoProgress() {
    var calls = 0
    unsafe StandardError.write([0x0A]) { _ in
      calls += 1
      // Left from another call: it says nothing about this one.
      errno = EINTR
      return calls < 10 ? 0 : 1
    }
    #expect(calls == 1)
  }

  @Test("Log: the lines go to standard error")
  func writesToStandardError() async throws {
    let result = try await #require(processExitsWith: .success, observing: [\.standardErrorContent]) {
      StandardErrorLogger().log(LogEvent(name: "conversion.mc_token.x", level: .info, fields: []))
    }
    let written = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(written.contains("info conversion.mc_token.x\n"))
  }

  @Test("It keeps the promises of its port", arguments: [StandardErrorLogger.Format.text, .json])
  func conforms(format: StandardErrorLogger.Format) async {
    let lines = LoggedLines()
    #expect(await Conformance.check(logger: lines.logger(format)) { lines.text } == [])
  }
}
