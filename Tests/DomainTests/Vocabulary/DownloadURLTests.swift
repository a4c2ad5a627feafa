import Foundation
import ServiceTokenDomain
import Testing

@Suite struct DownloadURLTests {
  private func url(_ key: String, token: String = "t", base: String = "https://files.example") throws -> String {
    let token = DownloadToken(value: Secret(token), expiresAt: Timestamp(seconds: 0))
    return try DownloadURL(base: try BaseURL(base, setting: "base"), objectKey: key, token: token).expose()
  }

  @Test(
    "Redirect URL: the key is percent-encoded segment by segment",
    arguments: [
      ("a", "a"), ("a/b/c", "a/b/c"),
      ("users/42/模型 a+b&c=d?#<\"\\>.bin", "users/42/%E6%A8%A1%E5%9E%8B%20a%2Bb%26c%3Dd%3F%23%3C%22%5C%3E.bin"),
      ("-._~09AZaz", "-._~09AZaz"), ("...", "..."), (".a", ".a"), ("a..", "a.."), ("%2e%2e/x", "%252e%252e/x"),
      ("..\\x", "..%5Cx"), (" ", "%20"), ("\r\n", "%0D%0A"), ("a\u{0}", "a%00"), ("a/\u{301}b", "a/%CC%81b"),
      ("a:@!$'()*,;", "a%3A%40%21%24%27%28%29%2A%2C%3B"),
    ])
  func key(key: String, path: String) throws {
    #expect(try url(key) == "https://files.example/files/\(path)?access_token=t")
  }

  @Test(
    "Redirect URL: a key with an empty, '.' or '..' segment is an argument error",
    arguments: ["", "/", "/a", "a/", "a//b", ".", "..", "a/.", "a/..", "./a", "../a", "a/../b", "a/./b"])
  func unsafeKeys(key: String) {
    let error = #expect(throws: ServiceTokenError.self) { try url(key) }
    #expect(error?.code == .invalidArgument)
  }

  @Test("Redirect URL: everything in the token but unreserved characters is percent-encoded, by Foundation's word")
  func token() throws {
    let token = String(String.UnicodeScalarView((0x20..<0x7F).compactMap(Unicode.Scalar.init)))
    let text = try url("k", token: token)
    let encoded = try #require(text.split(separator: "=", maxSplits: 1).last)
    #expect(String(encoded).removingPercentEncoding == token)
    let unreserved = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%")
    #expect(encoded.allSatisfy(unreserved.contains))
    let parts = try #require(URLComponents(string: text))
    #expect(parts.queryItems?.map(\.name) == ["access_token"])
    #expect(parts.queryItems?.first?.value == token)
    #expect(parts.fragment == nil)
  }

  @Test("Redirect URL: a base with port and path keeps them")
  func base() throws {
    #expect(
      try url("k", base: "https://files.example:8443/faa//") == "https://files.example:8443/faa/files/k?access_token=t")
  }
}
