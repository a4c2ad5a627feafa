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
  /// wrote is dropped where it holds `secret`, the credential that was sent: a server that echoes it must not get it
  /// into an error.
  public init(_ response: HTTPResponse, at now: Reading, withholding secret: Secret?) {
    status = response.status
    if case .brokenOff(let failure) = response.end { brokenOff = failure }
    guard !(200..<300 ~= status) else { return }
    retryAfter = RetryAfter.delay(in: response.headers, now: now.date)
    let isEcho = { (text: String) in secret.map { $0.occurs(in: text) } ?? false }
    if let body = try? Wire.JSON(parsing: Array(response.body.prefix(16_384))),
      let code = body["error"]?.stringValue, !isEcho(code)
    {
      oauthError = OAuthErrorCode(code)
    }
    if 300..<400 ~= status, let location = response.headers["Location"], !isEcho(location) {
      redirectTarget = Self.target(of: location)
    }
  }

  /// Scheme, host and path of `location`, without user-info, query, fragment and characters that no URL holds.
  private static func target(of location: String) -> String {
    var rest = Substring(location.prefix { $0 != "?" && $0 != "#" }.prefix(2000))
    var scheme = ""
    if let colon = rest.firstIndex(of: ":"), rest[colon...].hasPrefix("://") {
      scheme = String(rest[..<colon]) + "://"
      rest = rest[colon...].dropFirst(3)
      let authority = rest.prefix { $0 != "/" }
      if let at = authority.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
    }
    let text = scheme + rest
    return String(text.unicodeScalars.filter { (0x21...0x7E).contains($0.value) }.map(Character.init))
  }
}

extension Secret {
  /// Whether the secret, as it is or percent-encoded, is a part of `text`.
  fileprivate func occurs(in text: String) -> Bool {
    guard !isEmpty else { return false }
    let plain = expose()
    return [plain, Wire.Form.encode(plain), Wire.Percent.encode(plain)].contains { form in
      text.utf8.count >= form.utf8.count && text.contains(anywhere: form)
    }
  }
}

extension String {
  fileprivate func contains(anywhere text: String) -> Bool {
    let (haystack, needle) = (Array(utf8), Array(text.utf8))
    guard needle.count <= haystack.count else { return false }
    return (0...(haystack.count - needle.count)).contains { haystack[$0..<($0 + needle.count)].elementsEqual(needle) }
  }
}
