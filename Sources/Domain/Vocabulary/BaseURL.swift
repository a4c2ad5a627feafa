/// The base of a server's URLs: the issuer, or the File Access API. Absolute, without user-info, query or fragment,
/// without trailing slashes (SPEC C1, C4; RFC 3986 §4.3).
public struct BaseURL: Sendable, Hashable, CustomStringConvertible {
  /// The text without trailing slashes, scheme and host in lower case.
  public let text: String

  /// Reads and checks a base URL. Nothing is looked up or connected to.
  ///
  /// `http` is taken for loopback (`localhost`, `127.0.0.0/8`, `[::1]`, exactly) and for the hosts named in
  /// `allowingPlainHTTP`; everything else must be `https`.
  ///
  /// - Parameters:
  ///   - text: the URL.
  ///   - setting: what to call the setting in an error, such as `issuer` or `MC_ISSUER`.
  ///   - allowingPlainHTTP: hosts, without port, for which `http` is taken: what meshes and compose networks need.
  /// - Throws: ``ServiceTokenError/Code/invalidConfiguration``, naming the setting and what is wrong with it. The text
  ///   itself is not in the error: it may hold a password.
  public init(_ text: String, setting: String = "the URL", allowingPlainHTTP: [String] = []) throws {
    func refusal(_ reason: String) -> ServiceTokenError {
      ServiceTokenError(.invalidConfiguration, "\(setting) \(reason)")
    }
    guard !text.isEmpty else { throw refusal("is missing") }
    guard let schemeEnd = text.firstRange(of: "://") else {
      throw refusal("is not an absolute URL such as https://member-center.example")
    }
    let scheme = text[..<schemeEnd.lowerBound].lowercased()
    guard scheme == "https" || scheme == "http" else { throw refusal("must begin with https://") }
    let rest = text[schemeEnd.upperBound...]
    guard !rest.contains("?") else { throw refusal("must not hold a query") }
    guard !rest.contains("#") else { throw refusal("must not hold a fragment") }
    let authority = rest.prefix { $0 != "/" }
    guard !authority.contains("@") else { throw refusal("must not hold a user name or password") }
    guard let (host, port) = Self.hostAndPort(authority) else { throw refusal("holds no valid host") }
    guard let path = Self.path(rest.dropFirst(authority.count)) else {
      throw refusal("holds a character in its path that must be percent-encoded")
    }
    let isAllowed = scheme == "https" || Self.isLoopback(host) || allowingPlainHTTP.contains { $0.lowercased() == host }
    guard isAllowed else {
      throw refusal(
        "uses plain http, which is taken for loopback only; use https, or name the host in allowingPlainHTTP "
          + "(MC_ALLOW_HTTP_HOSTS)")
    }
    self.text = "\(scheme)://\(host)\(port)\(path)"
  }

  /// The URL of `path`, which begins with a slash.
  public func appending(path: String) -> String { text + path }

  /// Whether `url` leads to this server, and to this path or below it; scheme and host must be in lower case.
  public func contains(_ url: String) -> Bool {
    guard url.utf8.starts(with: text.utf8) else { return false }
    let next = url.utf8.dropFirst(text.utf8.count).first
    return next.map { "/?#".utf8.contains($0) } ?? true
  }

  /// The text.
  public var description: String { text }

  private static func hostAndPort(_ authority: Substring) -> (host: String, port: String)? {
    let host: Substring
    let port: Substring
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { return nil }
      host = authority[...end]
      port = authority[authority.index(after: end)...]
      let address = host.dropFirst().dropLast()
      guard address.contains(":"), address.allSatisfy({ $0.isASCII && ($0.isHexDigit || ":.".contains($0)) }) else {
        return nil
      }
    } else {
      host = authority.prefix { $0 != ":" }
      port = authority[host.endIndex...]
      // A label of an internationalised name is given in its ASCII form, xn--…, as everywhere on the wire.
      guard !host.isEmpty, host.utf8.allSatisfy(Self.isHostCharacter) else { return nil }
    }
    if port.isEmpty { return (host.lowercased(), "") }
    let digits = port.dropFirst()
    guard port.hasPrefix(":"), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt16(digits),
      number > 0
    else { return nil }
    return (host.lowercased(), String(port))
  }

  private static func path(_ text: Substring) -> String? {
    var path = text
    while path.hasSuffix("/") { path.removeLast() }
    return URLPath.isWellFormed(path) ? String(path) : nil
  }

  private static func isHostCharacter(_ byte: UInt8) -> Bool {
    byte.isAlphanumeric || "-._~".utf8.contains(byte)
  }

  private static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host == "[::1]" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127"
      && parts.allSatisfy { part in
        part.utf8.allSatisfy { (0x30...0x39).contains($0) } && UInt8(part) != nil
          && (part == "0" || !part.hasPrefix("0"))
      }
  }
}

extension StringProtocol {
  fileprivate func firstRange(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
