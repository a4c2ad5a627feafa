import Foundation
import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenPorts
import TestSupport
import Testing

@Suite("What transports owe", .timeLimit(.minutes(5)))
struct TransportConformanceTests {
  #if Curl
    @Test("C2, S2, S4, S8, S12, S13, R2, R3, R4, R5, R6: libcurl keeps every promise of its port")
    func curl() async throws {
      #expect(try await Conformance.check(http: Transport.curl.make(), patience: ample) == [])
    }
  #endif

  #if os(Linux)
    @Test(
      "C2, S2, S4, S8, S12, S13, R2, R3, R4, R5, R6: URLSession on Linux keeps every promise but those that are known")
    func urlSession() async {
      // In a process of its own: what holds up one request of URLSession may hold up all.
      await #expect(processExitsWith: .success) {
        let late = Known.notOnTheWire
        let http = Transport.urlSession.make()
        let unsafe = Set(Known.traps + Known.jams).union(late.keys)
        var findings = try await Conformance.check(http: http, except: unsafe, patience: ample)
        // These wait for what will not come.
        findings += try await Conformance.check(
          http: http, except: Set(Conformance.HTTPCase.all).subtracting(late.keys), patience: .seconds(2))
        let known = Known.differences.merging(late) { first, _ in first }.map { "\($0.key): \($0.value)" }
        let found = findings.map(\.description)
        // What a process of its own reports of an expectation is its comment alone.
        #expect(found.sorted() == known.sorted(), "\(Set(found).symmetricDifference(known).sorted())")
      }
    }

    @Test("R2, S4: URLSession on Linux ends the process where Foundation traps")
    func traps() async {
      await #expect(processExitsWith: .failure) { try await checkURLSession(.tornHead) }
      await #expect(processExitsWith: .failure) { try await checkURLSession(.trailer) }
      await #expect(processExitsWith: .failure) {
        // Not each time, on a busy machine: it depends on which of its threads sees the end first.
        for _ in 1...10 {
          let server = try HostileServer(pace: .milliseconds(20))
          let http = Transport.urlSession.make()
          let failure = try await http.failure(of: .post(server.url(of: "slow-head")), timeout: .seconds(1))
          // The deadline is met. The trap comes when the server closes the connection, as it does in the suite.
          guard failure?.kind == .timeOut else { return }
          server.stop()
          try await Task.sleep(for: .seconds(3))
          withExtendedLifetime(http) {}
        }
      }
    }

    @Test("S4, R5: URLSession on Linux reads on beyond its limits")
    func jams() async {
      await #expect(processExitsWith: .success) {
        let findings = try await checkURLSession(.nothingReadBeyond)
        #expect(findings != [], "nothing was found")
      }
      await #expect(processExitsWith: .success) {
        let findings = try await checkURLSession(.boundedHead)
        #expect(findings != [], "nothing was found")
      }
    }

    @Test("C2: the page about swapping a part says what URLSession on Linux does not hold, and no more")
    func page() throws {
      let root = URL(filePath: #filePath).appending(path: "../../../..").standardized
      let text = try String(contentsOf: root.appending(path: "Docs/SwappingAPart.md"), encoding: .utf8)
      let table = text.split(separator: "\n").drop { $0 != "| a promise | what URLSession on Linux does instead |" }
        .dropFirst(2).prefix { $0.hasPrefix("|") }
      let promises = table.map { $0.split(separator: "|")[0].trimmingCharacters(in: .whitespaces) }
      let known = Known.traps + Known.jams + Known.differences.keys + Known.notOnTheWire.keys
      #expect(promises.sorted() == known.map(\.promise).sorted())
    }
  #endif
}

/// What URLSession on Linux does instead of what it owes, in the words of the suite.
private enum Known {
  static let differences: [Conformance.HTTPCase: String] = [
    .pathAsIs: "the target differs",
    .fieldOrder: "the order differs",
    .nothingAdded: "it adds accept, accept-language",
    .bodyOfRedirect: "redirected-nowhere: the body differs",
  ]
  static let notOnTheWire: [Conformance.HTTPCase: String] = [.cancelledOnTheWire: "its connection stays open"]
  /// What Foundation traps on.
  static let traps: [Conformance.HTTPCase] = [.tornHead, .trailer, .deadlineInHead]
  /// What holds up every request of the process.
  static let jams: [Conformance.HTTPCase] = [.nothingReadBeyond, .boundedHead]
}

/// Looks at one case alone.
@discardableResult
private func checkURLSession(_ looksAt: Conformance.HTTPCase) async throws -> [Finding] {
  try await Conformance.check(
    http: Transport.urlSession.make(), except: Set(Conformance.HTTPCase.all.filter { $0 != looksAt }),
    patience: .seconds(2))
}
