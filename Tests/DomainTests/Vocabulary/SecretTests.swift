import ServiceTokenDomain
import TestSupport
import Testing

@Suite struct SecretTests {
  @Test("Redaction: a secret gives its value to who asks for it by name, and to nobody else")
  func exposed() {
    let secret = Secret(Canary.secret)
    #expect(secret.expose() == Canary.secret)
    #expect(secret.withExposedBytes { $0 } == Array(Canary.secret.utf8))
    #expect(secret.count == Canary.secret.utf8.count)
    #expect(!secret.isEmpty && Secret("").isEmpty)
    #expect("\(secret)" == "<redacted>")
  }

  @Test(
    "R3: two secrets are equal where their bytes are",
    arguments: [
      ("", "", true), ("a", "a", true), ("a", "b", false), ("a", "", false), ("ab", "a", false), ("ba", "bb", false),
      ("é", "e\u{301}", false), ("a\u{0}", "a", false),
    ])
  func equality(left: String, right: String, isEqual: Bool) {
    #expect((Secret(left) == Secret(right)) == isEqual)
    #expect((Secret(Array(left.utf8)) == Secret(right)) == isEqual)
  }
}
