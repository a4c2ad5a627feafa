/// What is measured with: a token of 800 bytes, a scope of 83.
enum Fixture {
  static let tokenLength = 800
  static let token = [UInt8](repeating: UInt8(ascii: "t"), count: tokenLength)
  /// Seconds that no measurement outlasts: a year.
  static let longLife = 31_536_000

  /// A scope of 83 bytes, of which `number` makes another; each in storage of its own, so that comparing two of them
  /// compares bytes and not addresses.
  static func scopeText(_ number: Int = 0) -> String {
    let digits = String(number)
    let prefix = "converter:job.read converter:job.write files:download.delegate files:download.read."
    return String(prefix.dropLast(digits.count)) + digits
  }

  /// `{"access_token":…}`, as a server sends it.
  static func tokenAnswer(life: Int) -> [UInt8] {
    Array(#"{"access_token":""#.utf8) + token + Array(#"","token_type":"Bearer","expires_in":\#(life)}"#.utf8)
  }

  /// `{"token":…}`, as a server sends it.
  static let downloadAnswer = Array(
    #"{"token":"q9Zr1kXm3vT7bNf5sWd2hGj8cLp4yRa6eUoIiVxKtQE","expires_at":"2099-12-31T23:59:59Z"}"#.utf8)
}
