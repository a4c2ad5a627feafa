import Foundation
import ServiceTokenDomain
import Testing

@Suite struct FormTests {
  // What the original client sent for the two scopes of its recorded calls.
  @Test(
    "S2: the body of a token request is what the original sends",
    arguments: [
      (
        "converter:job.write converter:job.read",
        "grant_type=client_credentials&scope=converter%3Ajob.write+converter%3Ajob.read"
      ),
      (
        "a~b*c!$'(),;:@/?[]{}|^<>#%&=+",
        "grant_type=client_credentials&scope="
          + "a~b%2Ac%21%24%27%28%29%2C%3B%3A%40%2F%3F%5B%5D%7B%7D%7C%5E%3C%3E%23%25%26%3D%2B"
      ),
      ("files:download.delegate", "grant_type=client_credentials&scope=files%3Adownload.delegate"),
    ])
  func goldenBodies(scope: String, body: String) {
    #expect(Wire.Form.encode([("grant_type", "client_credentials"), ("scope", scope)]) == body)
  }

  @Test("S2: letters, digits and -._~ stay, a blank is +, everything else is upper-case percent of its UTF-8")
  func everyASCIICharacter() {
    let unreserved = CharacterSet(charactersIn: letters + "0123456789-._~")
    for code in UInt8(0)..<0x80 {
      let text = String(Unicode.Scalar(code))
      let expected = text == " " ? "+" : text.addingPercentEncoding(withAllowedCharacters: unreserved)
      #expect(Wire.Form.encode(text) == expected, "U+\(String(code, radix: 16))")
    }
    #expect(Wire.Form.encode("é測😀") == "%C3%A9%E6%B8%AC%F0%9F%98%80")
  }

  @Test("S3: for HTTP Basic a blank is %20")
  func blankAsPercent() {
    #expect(Wire.Form.encode("s3cr3t+/=& %x", blank: .percent20) == "s3cr3t%2B%2F%3D%26%20%25x")
  }

  @Test func namesAreEncodedTooAndEmptyFieldsStay() {
    #expect(Wire.Form.encode([("a b", "&"), ("", ""), ("c", "")]) == "a+b=%26&=&c=")
    #expect(Wire.Form.encode([]) == "")
  }

  @Test("§8: percent-encoding leaves RFC 3986's unreserved characters alone and agrees with Foundation")
  func percentEncoding() {
    let unreserved = CharacterSet(charactersIn: letters + "0123456789-._~")
    var random = WireRandom(seed: 3)
    for _ in 0..<1000 {
      let text = random.text(upTo: 24)
      #expect(Wire.Percent.encode(text) == text.addingPercentEncoding(withAllowedCharacters: unreserved))
      #expect(Wire.Form.encode(text, blank: .percent20) == Wire.Percent.encode(text))
    }
  }

  private let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
}
