import ServiceTokenDomain
import Testing

@Suite struct OAuthErrorCodeTests {
  @Test("Errors: an OAuth code is of RFC 6749's shape, %x20-21 / %x23-5B / %x5D-7E, of 1 to 128 characters")
  func shape() {
    for byte in UInt8(0)...0xFF {
      let isOfShape = [0x20...0x21, 0x23...0x5B, 0x5D...0x7E].contains { $0.contains(Int(byte)) }
      #expect((OAuthErrorCode("a\(UnicodeScalar(byte))") != nil) == isOfShape, "byte \(byte)")
    }
    #expect(OAuthErrorCode("") == nil)
    #expect(OAuthErrorCode(String(repeating: "a", count: 128)) != nil)
    #expect(OAuthErrorCode(String(repeating: "a", count: 129)) == nil)
    #expect(OAuthErrorCode("測") == nil)
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
