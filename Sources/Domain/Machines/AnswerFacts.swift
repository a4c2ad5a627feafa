/// What a call must know of an answer, without its payload.
public struct AnswerFacts: Sendable, Equatable {
  /// The status.
  public var status: Int
  /// How long the server asks to wait.
  public var retryAfter: Duration?
  /// The OAuth `error` code.
  public var oauthError: OAuthErrorCode?
  /// Where a 3xx points: scheme, host and path.
  public var redirectTarget: String?
  /// Why the body broke off; nil where it did not.
  public var brokenOff: TransportFailure?

  /// States the facts.
  public init(
    status: Int, retryAfter: Duration? = nil, oauthError: OAuthErrorCode? = nil, redirectTarget: String? = nil,
    brokenOff: TransportFailure? = nil
  ) {
    self.status = status
    self.retryAfter = retryAfter
    self.oauthError = oauthError
    self.redirectTarget = redirectTarget
    self.brokenOff = brokenOff
  }

  /// Takes the facts from an answer that came at `now`.
  ///
  /// Of the body of a failure at most 16 KiB are looked at, for the OAuth `error` code only (SPEC R5). What the server
  /// wrote is dropped where it holds one of `secrets`, what was sent: a server that echoes it must not get it
  /// into an error. A 401 or 403 whose body gives no code may say it in a `Bearer` challenge (RFC 6750 §3.1).
  public init(_ response: HTTPResponse, at now: Reading, withholding secrets: @autoclosure () -> [Secret]) {
    status = response.status
    if case .brokenOff(let failure) = response.end { brokenOff = failure }
    guard !(200..<300 ~= status) else { return }
    retryAfter = RetryAfter.delay(in: response.headers, now: now.date)
    let secrets = secrets()
    let isEcho = { (text: String) in secrets.contains { $0.occurs(in: text) } }
    let code = Self.codeOfBody(response) ?? Self.codeOfChallenge(response)
    oauthError = code.flatMap { $0.isRegistered || !isEcho($0.text) ? $0 : nil }
    if 300..<400 ~= status, let location = response.headers["Location"], !isEcho(location) {
      // Once more: what is left out may have parted an echo.
      let target = Self.target(of: location)
      redirectTarget = isEcho(target) ? nil : target
    }
  }

  private static func codeOfBody(_ response: HTTPResponse) -> OAuthErrorCode? {
    let body = try? Wire.JSON(parsing: Array(response.body.prefix(16_384)))
    return (body?["error"]?.stringValue).flatMap { OAuthErrorCode($0) }
  }

  /// Of 401 and 403 alone, which are refusals whatever code comes with them: a challenge names the reason, and no other
  /// thing is done because of it.
  private static func codeOfChallenge(_ response: HTTPResponse) -> OAuthErrorCode? {
    guard [401, 403].contains(response.status) else { return nil }
    return Wire.Challenge.all(in: response.headers).lazy
      .filter { $0.isOf(scheme: "Bearer") }
      .compactMap { $0["error"].flatMap { OAuthErrorCode($0) } }
      .first
  }

  /// Scheme, host and path of `location`, without user-info, query, fragment and characters that no URL holds.
  ///
  /// By bytes, for to a `Character` a question mark with an accent is none; and of whatever a lenient reader could take
  /// for an authority (`//`, `\\`, `https:` with any number of slashes) the user-info goes.
  private static func target(of location: String) -> String {
    let visible = location.utf8.filter { (0x21...0x7E).contains($0) }
    let bytes = visible.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }.prefix(2000)
    let isSlash = { (byte: UInt8) in byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") }
    let schemeEnd = bytes.firstIndex { $0 == UInt8(ascii: ":") || isSlash($0) }
      .flatMap { bytes[$0] == UInt8(ascii: ":") ? $0 + 1 : nil }
    var target = Array(bytes[..<(schemeEnd ?? bytes.startIndex)])
    var rest = bytes[target.count...]
    var slashCount = 0
    while true {
      let slashes = rest.prefix(while: isSlash)
      target += slashes
      slashCount += slashes.count
      rest = rest[slashes.endIndex...]
      let authority = rest.prefix { $0 != UInt8(ascii: "/") }
      guard schemeEnd != nil || slashCount > 1, let at = authority.lastIndex(of: UInt8(ascii: "@")) else { break }
      rest = rest[(at + 1)...]
      // With no host behind it the slashes around it meet, and another authority follows.
      guard rest.first.map(isSlash) == true else { break }
    }
    return String(decoding: target + rest, as: UTF8.self)
  }
}

extension Secret {
  /// Whether the secret, as it is or percent-encoded, in whatever case, is a part of `text`.
  fileprivate func occurs(in text: String) -> Bool {
    guard !isEmpty else { return false }
    let plain = expose()
    return [plain, Wire.Form.encode(plain), Wire.Percent.encode(plain)].contains { text.contains(anywhere: $0) }
  }
}

extension String {
  fileprivate func contains(anywhere text: String) -> Bool {
    let (haystack, needle) = (Array(lowercased().utf8), Array(text.lowercased().utf8))
    guard needle.count <= haystack.count else { return false }
    return (0...(haystack.count - needle.count)).contains { haystack[$0..<($0 + needle.count)].elementsEqual(needle) }
  }
}
