import ServiceTokenDomain
import TestSupport
import Testing

@Suite struct ScopeTests {
  @Test("S1: a scope with no value in it is an argument error", arguments: ["", " ", "     "])
  func noValue(text: String) {
    let error = #expect(throws: ServiceTokenError.self) { try Scope(text) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.attempts == 0)
    #expect(throws: ServiceTokenError.self) { try Scope([text]) }
    #expect(throws: ServiceTokenError.self) { try Scope([String]()) }
  }

  @Test("S1: of ASCII, a scope-token holds %x21 / %x23-5B / %x5D-7E and nothing else, and only U+0020 separates")
  func everyByteOfASCII() throws {
    for byte in UInt8(0)...0x7F {
      let character = String(UnicodeScalar(byte))
      switch byte {
      case 0x20:
        #expect(try Scope("a\(character)b").values == ["a", "b"])
      case 0x21, 0x23...0x5B, 0x5D...0x7E:
        #expect(try Scope("a\(character)b").values == ["a\(character)b"])
        #expect(try Scope(character).text == character)
      default:
        let error = #expect(throws: ServiceTokenError.self, "byte \(byte)") { try Scope("a\(character)b") }
        #expect(error?.code == .invalidArgument)
        #expect(throws: ServiceTokenError.self) { try Scope([character]) }
      }
    }
  }

  @Test(
    "S1: a character beyond ASCII is an argument error, one that looks like a space too",
    arguments: [
      "é", "e\u{301}", "測", "\u{A0}", "\u{3000}", "\u{2028}", "\u{85}", "\u{200B}", "😀", "a\u{301}", " \u{301}",
    ])
  func beyondASCII(text: String) {
    #expect(throws: ServiceTokenError.self) { try Scope(text) }
    #expect(throws: ServiceTokenError.self) { try Scope("valid \(text)") }
  }

  @Test("S1: a value given by itself must not hold a space, for it would become two")
  func spaceWithinAValue() {
    #expect(throws: ServiceTokenError.self) { try Scope(["a b"]) }
    #expect(throws: ServiceTokenError.self) { try Scope(["a", " "]) }
  }

  @Test(
    "S9: the same values are the same scope, distinct, sorted by bytes, one space between",
    arguments: [
      ("converter:job.write converter:job.read", "converter:job.read converter:job.write"),
      ("  b   a  ", "a b"), ("a a a", "a"), ("a A", "A a"), ("b a b a", "a b"), ("a10 a2 a", "a a10 a2"),
      ("a~b a!b a/b", "a!b a/b a~b"), ("openid", "openid"), ("z Z ~ !", "! Z z ~"),
    ])
  func canonical(text: String, canonical: String) throws {
    let scope = try Scope(text)
    #expect(scope.text == canonical)
    #expect(scope.description == canonical)
    #expect(scope.values == canonical.split(separator: " ").map(String.init))
    let other = try Scope(canonical)
    #expect(scope == other)
    #expect(scope.hashValue == other.hashValue)
    #expect(try Scope(text.split(separator: " ").map(String.init) + [""]) == scope)
  }

  @Test("S1: the error does not repeat what the caller passed")
  func errorIsSilent() {
    let error = #expect(throws: ServiceTokenError.self) { try Scope("\(Canary.token(1))\u{0}") }
    #expect(error.map { "\($0)".contains(Canary.token(1)) } == false)
  }
}
