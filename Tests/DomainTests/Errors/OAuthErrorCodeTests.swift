import ServiceTokenDomain
import Testing

@Suite struct OAuthErrorCodeTests {
  @Test("Errors: an OAuth code is of RFC 6749's shape, %x20-21 / %x23-5B / %x5D-7E, of 1 to 128 characters")
  func shape() {
    for byte in UInt8(0)...0xFF {
      let isOfShape = [0x20...0x21, 0x23...0x5B, 0x5D...0x7E].contains { $0.contains(Int(byte)) }
      let text = "a\(UnicodeScalar(byte))"
      #expect((OAuthErrorCode(text) != nil) == isOfShape, "byte \(byte)")
    }
    #expect(OAuthErrorCode(String(repeating: "a", count: 128)) != nil)
    // Not by literals, which must be codes.
    for text in ["", "測", String(repeating: "a", count: 129)] { #expect(OAuthErrorCode(text) == nil) }
  }

  @Test("Errors: an OAuth code that is written down is the one that a server sends, and is compared with it")
  func literal() {
    let sent = OAuthErrorCode(["invalid", "target"].joined(separator: "_"))
    #expect(sent == "invalid_target")
    #expect(sent?.isRegistered == false)
    #expect(OAuthErrorCode.invalidScope == "invalid_scope")
  }

  @Test("Errors: the six codes of RFC 6749 §5.2 are safe to show, no other is")
  func registered() throws {
    let names = [
      "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type",
      "invalid_scope",
    ]
    for name in names {
      let code = try #require(OAuthErrorCode(name))
      #expect(code.isRegistered)
      #expect(code.description == name)
    }
    let constants: [OAuthErrorCode] = [
      .invalidRequest, .invalidClient, .invalidGrant, .unauthorizedClient, .unsupportedGrantType, .invalidScope,
    ]
    #expect(constants.map(\.text) == names)
    for name in ["invalid_token", "Invalid_Client", "invalid_client ", "x"] {
      #expect(OAuthErrorCode(name)?.isRegistered == false)
    }
  }
}
