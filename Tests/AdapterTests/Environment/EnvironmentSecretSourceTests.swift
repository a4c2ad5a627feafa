import ServiceTokenDomain
import ServiceTokenEnvironment
import ServiceTokenInMemory
import ServiceTokenPorts
import Testing

@Suite("Secrets from environment variables")
struct EnvironmentSecretSourceTests {
  private static func source(_ variables: [String: String]) -> EnvironmentSecretSource {
    EnvironmentSecretSource(variable: "MC_CLIENT_SECRET", in: EnvironmentVariables(variables))
  }

  @Test("The value is taken as it is, blanks and newlines too")
  func takesTheValueAsItIs() async throws {
    #expect(try await Self.source(["MC_CLIENT_SECRET": " \(canary)\n"]).clientSecret() == Secret(" \(canary)\n"))
  }

  @Test("R3: the variable is read anew for every call")
  func readsAnew() async throws {
    let looks = RecordingLogger()
    let variables = EnvironmentVariables { name in
      looks.log(LogEvent(name: name, level: .info, fields: []))
      return "\(canary) \(looks.events.count)"
    }
    let source = EnvironmentSecretSource(variable: "MC_CLIENT_SECRET", in: variables)
    #expect(looks.events.isEmpty)
    #expect(try await source.clientSecret() == Secret("\(canary) 1"))
    #expect(try await source.clientSecret() == Secret("\(canary) 2"))
    #expect(looks.events.map(\.name) == ["MC_CLIENT_SECRET", "MC_CLIENT_SECRET"])
  }

  @Test("C4: a variable that is not set is named")
  func namesTheVariableThatIsNotSet() async throws {
    let error = try await secretError { try await Self.source(["MC_CLIENT_ID": canary]).clientSecret() }
    #expect(error.message == "MC_CLIENT_SECRET is not set")
  }

  @Test("C4: a variable that is empty is named")
  func namesTheVariableThatIsEmpty() async throws {
    let error = try await secretError { try await Self.source(["MC_CLIENT_SECRET": ""]).clientSecret() }
    #expect(error.message == "MC_CLIENT_SECRET is empty")
  }

  @Test("R6: a cancelled task gets the cancellation, and so does a request for the secret that was cancelled")
  func looksAtCancellation() async throws {
    let cancellation = Ports.Cancellation()
    cancellation.cancel()
    await #expect(throws: CancellationError.self) {
      try await Self.source([:]).clientSecret(cancelledBy: cancellation)
    }
    await #expect(throws: CancellationError.self) {
      try await cancelled { try await Self.source(["MC_CLIENT_SECRET": canary]).clientSecret() }
    }
  }

  @Test("It keeps the promises of its port")
  func conforms() async {
    #expect(await Conformance.check(secretSource: Self.source(["MC_CLIENT_SECRET": canary])) == [])
  }
}
