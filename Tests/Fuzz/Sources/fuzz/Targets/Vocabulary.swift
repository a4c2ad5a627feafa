import Foundation
import ServiceTokenDomain

extension Target {
  /// A scope (SPEC S1, S9): taken is what RFC 6749 §3.3 has, and what is canonical stays so.
  static let scope = Target("scope") { input in
    let text = input.text
    let values = text.utf8.split(separator: 0x20).map { String(decoding: Array($0), as: UTF8.self) }
    let isScope =
      !values.isEmpty
      && text.utf8.allSatisfy { $0 == 0x20 || (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
    do {
      let scope = try Scope(text)
      hold(isScope, "a scope holds values, and nothing that RFC 6749 does not allow")
      hold(scope.values == Set(values).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }, "distinct and sorted")
      hold(scope.text == scope.values.joined(separator: " "), "one space between")
      hold(try Scope(scope.text).text == scope.text, "what is canonical stays so")
      hold(try Scope(values.reversed()) == scope, "the order of the values does not matter")
      hold(TokenRequest(scope: scope) == TokenRequest(scope: try Scope(values.reversed())), "one key of the cache")
    } catch {
      hold(!isScope, "what is a scope is taken: \(error)")
      hold((error as? ServiceTokenError)?.code == .invalidArgument, "a wrong scope is an argument error")
      input.expectHidden(in: error)
    }
  }

  /// A base URL (SPEC C1, C4) in the first line, the hosts for which plain http is taken in the second.
  static let baseURL = Target("base-url") { input in
    let lines = input.lines(2)
    let hosts = lines[1].split(separator: ",").map(String.init)
    do {
      let base = try BaseURL(lines[0], setting: "issuer", allowingPlainHTTP: hosts)
      expectSafe(base.text, hosts: hosts)
      let again = try? BaseURL(base.text, setting: "issuer", allowingPlainHTTP: hosts)
      hold(again == base, "what was read is read as the same: \(base)")
      let slashed = try? BaseURL(base.text + "//", setting: "issuer", allowingPlainHTTP: hosts)
      hold(slashed == base, "slashes at the end are dropped")
      guard input.isForOracles else { return }
      let theirs = URLComponents(string: lines[0])
      if let theirs {
        hold(theirs.user == nil && theirs.password == nil, "Foundation sees no user-info")
        hold(theirs.query == nil && theirs.fragment == nil, "Foundation sees neither query nor fragment")
        hold(base.text.hasPrefix("\(theirs.scheme?.lowercased() ?? "")://"), "Foundation sees the same scheme")
        let host = theirs.encodedHost?.lowercased() ?? ""
        hold(base.text.dropFirst(base.text.hasPrefix("https") ? 8 : 7).hasPrefix(host), "Foundation sees the same host")
        hold(!host.isEmpty, "Foundation sees a host")
      } else {
        hold(isForUsAlone(base.text), "Foundation reads what we read: \(base)")
      }
    } catch {
      hold((error as? ServiceTokenError)?.code == .invalidConfiguration, "a wrong URL is an error of configuration")
      hold("\(error)".contains("issuer"), "an error names the setting")
      input.expectHidden(in: error)
      guard input.isForOracles, let theirs = URLComponents(string: lines[0]) else { return }
      hold(!isBase(theirs, of: lines[0]), "what Foundation reads as a base is taken: \(error)")
    }
  }

  /// Of URLs that we take: an IPv6 address is looked at by its characters alone, who connects knows better.
  private static func isForUsAlone(_ url: String) -> Bool { url.contains("://[") }

  /// Whether Foundation's parts are those of SPEC C4, in characters that RFC 3986 has: Foundation encodes others itself,
  /// and knows no bounds of a port.
  private static func isBase(_ parts: URLComponents, of text: String) -> Bool {
    guard parts.scheme?.lowercased() == "https", parts.user == nil, parts.password == nil, parts.query == nil,
      parts.fragment == nil, let host = parts.encodedHost, !host.isEmpty
    else { return false }
    let authority = text.utf8.dropFirst(8).prefix { $0 != UInt8(ascii: "/") }
    let isPlain = authority.prefix { $0 != UInt8(ascii: ":") }.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || "-._~".utf8.contains($0)
    }
    // `https://host:` has a port in which nothing stands, RFC 3986 §3.2.3 lets it be; here it is a slip.
    let isPort = parts.port.map { (1...65_535).contains($0) } ?? !authority.contains(UInt8(ascii: ":"))
    return isPlain && isPort && parts.percentEncodedPath.utf8.elementsEqual(text.utf8.dropFirst(8 + authority.count))
  }

  /// What must be true of a URL that gets the client's secret.
  private static func expectSafe(_ url: String, hosts: [String]) {
    hold(url.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "a URL is visible ASCII")
    hold(!url.contains { "?#\\\"<>^`{|} ".contains($0) }, "a URL has neither query nor fragment")
    hold(!url.hasSuffix("/"), "no slash at the end")
    let scheme = url.prefix { $0 != ":" }
    let authority = url.dropFirst(scheme.count + 3).prefix { $0 != "/" }
    hold(!authority.isEmpty && !authority.contains("@"), "a host, and no user-info")
    let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
    let isLoopback = host == "localhost" || host == "[::1]" || isLoopbackAddress(String(host))
    let isNamed = hosts.contains { $0.lowercased() == host }
    hold(scheme == "https" || scheme == "http" && (isLoopback || isNamed), "plain http is for loopback and those named")
  }

  /// The C library's word: a dotted address, and one of 127.0.0.0/8.
  private static func isLoopbackAddress(_ host: String) -> Bool {
    var address = in_addr()
    guard unsafe inet_pton(AF_INET, host, &address) == 1 else { return false }
    return UInt32(bigEndian: address.s_addr) >> 24 == 127
  }

  /// The URL of a download (SPEC §8): the object's key in the first line, the token in the rest.
  static let downloadURL = Target("download-url") { input in
    let lines = input.lines(2)
    guard let base = try? BaseURL("https://files.example/faa", setting: "base") else { fatalError("the base is one") }
    let segments = lines[0].utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .map { String(decoding: Array($0), as: UTF8.self) }
    let isSafe = !segments.contains { $0.isEmpty || $0 == "." || $0 == ".." }
    let token = DownloadToken(value: Secret(lines[1]), expiresAt: Timestamp(seconds: 0))
    do {
      let url = try DownloadURL(base: base, objectKey: lines[0], token: token)
      hold(isSafe, "no segment is empty, '.' or '..'")
      let text = url.expose()
      let start = "https://files.example/faa/files/"
      hold(text.hasPrefix(start), "the key stands below the base")
      let path = text.dropFirst(start.count).prefix { $0 != "?" }
      let encoded = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map {
        String(Substring($0))
      }
      hold(encoded.map { $0.removingPercentEncoding } == segments, "Foundation decodes the segments of the key")
      let query = text.dropFirst(start.count + path.count)
      hold(query.hasPrefix("?access_token="), "the token is the query")
      hold(
        String(query.dropFirst(14)).removingPercentEncoding.map { $0.utf8.elementsEqual(lines[1].utf8) } == true,
        "Foundation decodes the token")
      input.expectHidden(in: url)
      guard input.isForOracles else { return }
      let parts = URLComponents(string: text)
      hold(parts?.host == "files.example" && parts?.fragment == nil && parts?.user == nil, "Foundation sees the same")
      hold(
        parts?.queryItems?.count == 1 && parts?.queryItems?.first?.name == "access_token", "Foundation sees one query")
      let standard = URL(string: text)?.standardized.path(percentEncoded: true)
      hold(standard == "/faa/files/\(path)", "no '..' is resolved: \(standard ?? "")")
    } catch {
      hold(!isSafe, "a safe key is taken: \(error)")
      hold((error as? ServiceTokenError)?.code == .invalidArgument, "an unsafe key is an argument error")
      input.expectHidden(in: error)
    }
  }

  /// Percent, form and Base64: what is encoded here, Foundation decodes.
  static let encodings = Target("encodings") { input in
    let text = input.text
    let percent = Wire.Percent.encode(text)
    let unreserved = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    hold(percent == text.addingPercentEncoding(withAllowedCharacters: unreserved), "Foundation encodes the same")
    hold(
      percent.removingPercentEncoding.map { $0.utf8.elementsEqual(text.utf8) } == true, "Foundation decodes the same")
    hold(Wire.Form.encode(text, blank: .percent20) == percent, "with %20 a form is percent-encoded")
    hold(Wire.Form.encode(text) == percent.replacing("%20", with: "+"), "a blank is a plus")
    let base64 = Wire.Base64.encode(input.bytes)
    hold(base64 == Data(input.bytes).base64EncodedString(), "Foundation encodes the same")
    hold(Data(base64Encoded: base64) == Data(input.bytes), "Foundation decodes the same")
    guard input.isForOracles else { return }
    let lines = input.lines(4)
    let form = Wire.Form.encode([(name: lines[0], value: lines[1]), (name: lines[2], value: lines[3])])
    var parts = URLComponents()
    parts.percentEncodedQuery = form.replacing("+", with: "%20")
    let items = parts.queryItems?.flatMap { [$0.name, $0.value ?? ""] } ?? []
    hold(
      items.elementsEqual(lines) { $0.utf8.elementsEqual($1.utf8) },
      "Foundation reads the fields of a form: \(items.count)")
  }
}
