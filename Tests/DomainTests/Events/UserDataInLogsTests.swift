import ServiceTokenDomain
import TestSupport
import Testing

@Suite struct UserDataInLogsTests {
  @Test("Log: a label that is a user's data is shown, hashed or dropped; any other is shown")
  func setting() throws {
    let key = EndpointLabel("users/42/\(Canary.token(1))", isUserData: true)
    #expect(UserDataInLogs.shown.shown(key) == key.text)
    #expect(UserDataInLogs.dropped.shown(key) == nil)
    let hashed = try #require(UserDataInLogs.hashed.shown(key))
    #expect(hashed.hasPrefix("#") && !hashed.contains("canary") && hashed.count <= 17)
    #expect(UserDataInLogs.hashed.shown(key) == hashed)
    #expect(UserDataInLogs.hashed.shown(EndpointLabel("users/43", isUserData: true)) != hashed)
    for setting in UserDataInLogs.allCases { #expect(setting.shown(EndpointLabel("a b")) == "a b") }
  }
}
