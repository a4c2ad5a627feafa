import Foundation
import ServiceTokenDomain
import Testing

@Suite struct Base64Tests {
  @Test("S2: the Basic credentials of the recorded calls")
  func goldenCredentials() {
    #expect(Wire.Base64.encode(Array("visionA:s3cr3t+/=& %x".utf8)) == "dmlzaW9uQTpzM2NyM3QrLz0mICV4")
  }

  @Test func everyLengthAgreesWithFoundation() {
    var random = WireRandom(seed: 1)
    for length in 0...300 {
      let bytes = random.bytes(count: length)
      #expect(Wire.Base64.encode(bytes) == Data(bytes).base64EncodedString(), "\(length) bytes")
    }
  }
}
