import Foundation
import ServiceTokenDomain
import TestSupport
import Testing

@Suite struct ClientAuthenticationTests {
  /// Printable ASCII as a whole, and what lies beyond. No test takes them as arguments, which are printed.
  static let oddTexts =
    [
      Canary.secret, String(String.UnicodeScalarView((0x20..<0x7F).compactMap(Unicode.Scalar.init))), "測試é😀", "a:b:c",
      "\t\r\n\u{0}", "%41", "+", " ", "plain-._~0Az",
    ] + (0x20..<0x7F).compactMap { Unicode.Scalar($0).map(String.init) }

  private func sent(_ credentials: ClientCredentials, _ form: ClientAuthentication) throws -> HTTPRequest {
    let request = TokenRequest(scope: try Scope("a"))
    return try ServiceTokenEndpoint().request(for: request).httpRequest(
      issuer: try BaseURL("https://mc.example", setting: "issuer"), credential: .client(credentials, form))
  }

  private func decodedBasic(_ request: HTTPRequest) throws -> String {
    let header = try #require(request.headers["Authorization"])
    #expect(header.hasPrefix("Basic "))
    let data = try #require(Data(base64Encoded: String(header.dropFirst(6))))
    return String(decoding: data, as: UTF8.self)
  }

  @Test("S3: basic-raw sends id and secret as they are, by Foundation's Base64")
  func raw() throws {
    for text in Self.oddTexts {
      let credentials = ClientCredentials(clientID: "id\(text)", clientSecret: Secret(text))
      let request = try sent(credentials, .basicRaw)
      #expect(try decodedBasic(request).utf8.elementsEqual("id\(text):\(text)".utf8))
      #expect(String(decoding: request.body, as: UTF8.self) == "grant_type=client_credentials&scope=a")
    }
  }

  @Test("S3: basic-encoded form-encodes both first, a blank as %20")
  func encoded() throws {
    for text in Self.oddTexts {
      let credentials = ClientCredentials(clientID: "id\(text)", clientSecret: Secret(text))
      let decoded = try decodedBasic(try sent(credentials, .basicEncoded))
      let parts = decoded.split(separator: ":", omittingEmptySubsequences: false)
      #expect(parts.count == 2)
      #expect(parts.map { String($0).removingPercentEncoding } == ["id\(text)", text])
      #expect(!decoded.contains("+") && !decoded.contains(" "))
      let unreserved = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
      #expect(parts.last.map(String.init) == text.addingPercentEncoding(withAllowedCharacters: unreserved))
    }
  }

  @Test("S3: post sends id and secret in the body, after grant type and scope, and no header")
  func post() throws {
    for text in Self.oddTexts {
      let credentials = ClientCredentials(clientID: "id\(text)", clientSecret: Secret(text))
      let request = try sent(credentials, .post)
      #expect(request.headers["Authorization"] == nil)
      let fields = String(decoding: request.body, as: UTF8.self).split(separator: "&").map { field in
        field.split(separator: "=", omittingEmptySubsequences: false)
          .map { $0.replacing("+", with: " ").removingPercentEncoding ?? "?" }
      }
      #expect(
        fields == [
          ["grant_type", "client_credentials"], ["scope", "a"], ["client_id", "id\(text)"], ["client_secret", text],
        ])
    }
  }

  @Test("S3: an example in every form, byte for byte")
  func example() throws {
    let credentials = ClientCredentials(clientID: "visionA", clientSecret: Secret(Canary.secret))
    #expect(try decodedBasic(sent(credentials, .basicRaw)) == "visionA:s3cr3t+/=& %x")
    #expect(try decodedBasic(sent(credentials, .basicEncoded)) == "visionA:s3cr3t%2B%2F%3D%26%20%25x")
    let body = "grant_type=client_credentials&scope=a&client_id=visionA&client_secret=s3cr3t%2B%2F%3D%26+%25x"
    #expect(String(decoding: try sent(credentials, .post).body, as: UTF8.self) == body)
  }

  @Test("S3: the other Basic form is named just where the two write the credentials differently")
  func alternative() {
    for byte in UInt8(0)...0x7F {
      let character = String(UnicodeScalar(byte))
      let isUnreserved =
        character.first.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-._~".contains($0)) } == true
      for (id, secret) in [(character, "plain"), ("plain", character)] {
        let credentials = ClientCredentials(clientID: id, clientSecret: Secret(secret))
        #expect(credentials.dependOnBasicForm == !isUnreserved, "byte \(byte)")
        #expect(ClientAuthentication.basicRaw.alternative(for: credentials) == (isUnreserved ? nil : .basicEncoded))
        #expect(ClientAuthentication.basicEncoded.alternative(for: credentials) == (isUnreserved ? nil : .basicRaw))
        #expect(ClientAuthentication.post.alternative(for: credentials) == nil)
      }
    }
  }

  @Test("S3: the three forms have the names that settings use")
  func names() {
    #expect(ClientAuthentication.allCases.map(\.rawValue) == ["basic-raw", "basic-encoded", "post"])
  }

  @Test("S3: a secret that is no UTF-8 is sent in the bytes that it has")
  func bytes() throws {
    let credentials = ClientCredentials(clientID: "id", clientSecret: Secret([0x61, 0xFF, 0x62]))
    let header = try #require(try sent(credentials, .basicRaw).headers["Authorization"])
    #expect(Data(base64Encoded: String(header.dropFirst(6))) == Data(Array("id:a".utf8) + [0xFF, 0x62]))
  }
}
