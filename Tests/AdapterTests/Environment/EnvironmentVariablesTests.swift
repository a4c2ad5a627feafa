import Foundation
import ServiceTokenEnvironment
import Testing

@Suite("Environment variables")
struct EnvironmentVariablesTests {
  @Test("The process environment is that of this process")
  func readsTheProcess() throws {
    let (name, value) = try #require(ProcessInfo.processInfo.environment.first { $0.key == "PATH" })
    #expect(EnvironmentVariables.process[name] == value)
    #expect(EnvironmentVariables.process["SERVICE_TOKEN_NO_SUCH_VARIABLE"] == nil)
  }

  @Test("A dictionary stands in for the process")
  func readsADictionary() {
    let variables = EnvironmentVariables(["MC_CLIENT_ID": "backend"])
    #expect(variables["MC_CLIENT_ID"] == "backend")
    #expect(variables["PATH"] == nil)
  }

  @Test("No description, dump or mirror shows a name or a value")
  func isRedacted() {
    let variables = EnvironmentVariables(["MC_CLIENT_SECRET": canary])
    #expect(!shows(variables, canary))
    #expect(!shows(variables, "MC_CLIENT_SECRET"))
    #expect("\(variables)" == "<redacted>")
    #expect(Mirror(reflecting: variables).children.isEmpty)
  }
}
