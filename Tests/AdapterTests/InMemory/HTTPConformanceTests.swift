import ServiceTokenPorts
import TestSupport
import Testing

@testable import ServiceTokenInMemory

/// The suite for transports has to find each fault planted in a healthy one, and nothing besides.
@Suite("The conformance suite for transports", .enabled(if: !Transport.exact.isEmpty), .timeLimit(.minutes(5)))
struct HTTPConformanceTests {
  @Test("A transport's fault is found, and nothing besides")
  func findsEachFault() async throws {
    // Side by side, because most of the time they wait.
    try await withThrowingTaskGroup(of: Void.self) { group in
      for fault in FaultyHTTP.Fault.all { group.addTask { try await findsAFault(fault) } }
      try await group.waitForAll()
    }
  }

  private func findsAFault(_ fault: FaultyHTTP.Fault) async throws {
    let healthy = try #require(Transport.exact.first).make()
    // What shows only by waiting is looked at alone, so that no other case runs out of a short patience.
    let findings = try await Conformance.check(
      http: FaultyHTTP(fault, over: healthy),
      except: fault.hangs ? Set(Conformance.HTTPCase.all.filter { $0 != fault.breaks }) : [],
      patience: fault.hangs ? .seconds(5) : .seconds(120))
    #expect(Set(findings.map(\.promise)) == [fault.breaks.promise], "\(fault.breaks): \(findings)")
    #expect(!shows(findings, HTTPRig.secret))
  }

  @Test("There is a planted fault for each case, and the names of cases are sentences of their own")
  func everyCase() {
    #expect(Set(FaultyHTTP.Fault.all.map(\.breaks)) == Set(Conformance.HTTPCase.all))
    #expect(Set(Conformance.HTTPCase.all).count == Conformance.HTTPCase.all.count)
  }

  @Test("What is excepted is not looked at")
  func except() async throws {
    let fault = try #require(FaultyHTTP.Fault.all.first)
    let healthy = try #require(Transport.exact.first).make()
    let findings = try await Conformance.check(http: FaultyHTTP(fault, over: healthy), except: [fault.breaks])
    #expect(findings == [])
  }

  @Test("The server is reached by the URL that is given for its own")
  func reachedBy() async throws {
    let healthy = try #require(Transport.exact.first).make()
    let others = Set(Conformance.HTTPCase.all.filter { $0 != .exactRequest })
    let findings = try await Conformance.check(http: healthy, except: others) { url in "\(url)/elsewhere" }
    #expect(findings.map(\.promise) == [Conformance.HTTPCase.exactRequest.promise])
  }
}

extension FaultyHTTP.Fault: CustomTestStringConvertible {
  var testDescription: String { breaks.promise }
}
