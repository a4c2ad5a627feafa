import ServiceTokenDomain
import Testing

@Suite struct TokenRequestTests {
  @Test("S9: scope, resources and audiences make one key, however they are ordered or repeated")
  func canonical() throws {
    let one = TokenRequest(
      scope: try Scope("b a"), resources: ["https://b", "https://a", "https://b"], audiences: ["y", "x"])
    let two = TokenRequest(
      scope: try Scope("a  b a"), resources: ["https://a", "https://b"], audiences: ["x", "y", "y"])
    #expect(one == two)
    #expect(one.hashValue == two.hashValue)
    #expect(one.resources == ["https://a", "https://b"])
    #expect(one.audiences == ["x", "y"])
    #expect(Set([one, two]).count == 1)
  }

  @Test("S9: requests that differ in scope, resource or audience are different keys")
  func different() throws {
    let scope = try Scope("a")
    let all: Set<TokenRequest> = [
      TokenRequest(scope: scope), TokenRequest(scope: try Scope("b")), TokenRequest(scope: try Scope("a b")),
      TokenRequest(scope: scope, resources: ["x"]), TokenRequest(scope: scope, audiences: ["x"]),
      TokenRequest(scope: scope, resources: ["x"], audiences: ["x"]),
      TokenRequest(scope: scope, resources: ["x", "y"]),
    ]
    #expect(all.count == 7)
  }

  @Test("S9: resources and audiences are told apart by their bytes, not by what Unicode calls equivalent")
  func bytes() throws {
    let scope = try Scope("a")
    let composed = TokenRequest(scope: scope, audiences: ["\u{E9}"])
    let decomposed = TokenRequest(scope: scope, audiences: ["e\u{301}"])
    #expect(composed != decomposed)
    #expect(TokenRequest(scope: scope, resources: ["\u{E9}", "e\u{301}", "\u{E9}"]).resources.count == 2)
  }
}
