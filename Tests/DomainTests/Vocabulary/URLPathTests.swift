import ServiceTokenDomain
import Testing

@Suite struct URLPathTests {
  @Test(
    "C4: a path holds RFC 3986's characters, slashes and whole percent-encodings",
    arguments: [
      ("", true), ("/", true), ("/oauth/token", true), ("/a//b/", true), ("/%7Ea/@x;y=1,(z)!$&'*+:~-._", true),
      ("/a b", false), ("/a\"b", false), ("/a\\b", false), ("/ä", false), ("/a?b", false), ("/a#b", false),
      ("/%", false), ("/%4", false), ("/%4g", false), ("/a\u{0}", false), ("/a\r\nb", false),
    ])
  func characters(path: String, isWellFormed: Bool) {
    #expect(URLPath.isWellFormed(path) == isWellFormed)
  }

  @Test(
    "C4: dot segments are seen, percent-encoded ones too, and dots in a name are none",
    arguments: [
      ("/.", true), ("/..", true), ("/a/../b", true), ("../a", true), ("/a/./b", true), ("/%2e", true),
      ("/%2E%2e/a", true), ("/.%2E", true), ("/%2e.", true), ("/...", false), ("/a.b", false), ("/.a", false),
      ("/a..", false), ("/%2e%2e%2e", false), ("/", false), ("", false),
    ])
  func dots(path: String, hasDotSegment: Bool) {
    #expect(URLPath.hasDotSegment(path) == hasDotSegment)
  }
}
