import Foundation
import ServiceTokenInMemory
import ServiceTokenPorts
import TestSupport
import Testing

@Suite("Command: as it was built", .timeLimit(.minutes(2)))
struct BuiltCommandTests {
  private func settings(_ server: LoopbackServer) -> [String: String] {
    ["MC_ISSUER": server.url, "MC_CLIENT_ID": "visionA", "MC_CLIENT_SECRET": Canary.secret]
  }

  @Test("Command: --embedded prints a token with an empty environment")
  func embedded() async throws {
    let ending = try await BuiltCommand("get", "--scope", "converter:job.read", "--embedded").ending()
    #expect(ending.status == 0)
    #expect(ending.output.wholeMatch(of: /embedded-[A-Za-z0-9]{43}\n/) != nil)
    #expect(ending.errors.isEmpty)
  }

  @Test("Command: a token over the wire, with events on standard error alone")
  func wire() async throws {
    let server = try LoopbackServer { _ in
      .ok(json: #"{"access_token":"canary-token-1","token_type":"Bearer","expires_in":60}"#)
    }
    let ending = try await BuiltCommand(
      "get", "--scope", "b a", "--json", "--verbose", variables: settings(server)
    ).ending()
    #expect(ending.status == 0)
    let object = try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any]
    #expect((object?["access_token"] as? String == "canary-token-1") == true)
    #expect(object?["scope"] as? String == "a b")
    #expect(ending.errors.contains("conversion.mc_token.obtained"))
    #expect(!ending.errors.contains("canary-token-") && !ending.errors.contains(Canary.secret))
    #expect(server.requests.first?.text == "grant_type=client_credentials&scope=a+b")
  }

  @Test("Command: without arguments it says what is missing and exits with 64")
  func usage() async throws {
    let ending = try await BuiltCommand().ending()
    #expect(ending.status == 64)
    #expect(ending.output.isEmpty)
    #expect(ending.errors.hasPrefix("service-token: "))
  }

  @Test("Command: a signal ends it at once with 130, nothing on standard output", arguments: [SIGINT, SIGTERM])
  func interrupted(by signal: Int32) async throws {
    let (hasStarted, process) = (DispatchSemaphore(value: 0), Locked<BuiltCommand?>(nil))
    // By the server's thread, which stands in no line behind other tests: the command's patience has an end too.
    let server = try LoopbackServer { _ in
      hasStarted.wait()
      process.withLock { $0?.interrupt(by: signal) }
      return .never
    }
    let command = try BuiltCommand("get", "--scope", "a", variables: settings(server))
    process.withLock { $0 = command }
    hasStarted.signal()
    let ending = try await command.ending()
    #expect(ending.status == 130)
    #expect(!ending.wasKilled)
    #expect(ending.output.isEmpty)
  }

  @Test("Command: a reader that has gone ends it quietly, without a crash")
  func closedPipe() async throws {
    let ending = try await BuiltCommand("get", "--scope", "a", "--embedded", isOutputClosed: true).ending()
    #expect(ending.status == 74)
    #expect(!ending.wasKilled)
    #expect(ending.errors.isEmpty)
  }
}
