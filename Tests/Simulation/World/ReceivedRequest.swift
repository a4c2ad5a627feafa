import ServiceTokenDomain

/// A request as a server reads it, with decoders of its own: a mistake in the client's encoders must not cancel out.
struct ReceivedRequest {
  enum Content {
    case token(scope: String, secret: String)
    case download(bearer: String)
  }

  let content: Content

  /// Nil for what no endpoint of ours takes.
  init?(_ request: HTTPRequest, _ authentication: ClientAuthentication) {
    guard request.method == "POST", let authorization = Self.authorization(request, authentication) else { return nil }
    if request.url.hasSuffix("/oauth/token"), case .client(let secret) = authorization {
      let form = Self.form(request.body)
      guard form["grant_type"] == "client_credentials", let scope = form["scope"] else { return nil }
      content = .token(scope: scope, secret: secret)
    } else if request.url.hasSuffix("/file-access/download-tokens"), case .bearer(let token) = authorization {
      content = .download(bearer: token)
    } else {
      return nil
    }
  }

  private enum Authorization {
    case client(secret: String), bearer(String)
  }

  private static func authorization(
    _ request: HTTPRequest, _ authentication: ClientAuthentication
  ) -> Authorization? {
    let header = request.headers["Authorization"]
    if let header, header.hasPrefix("Bearer ") { return .bearer(String(header.dropFirst(7))) }
    let (id, secret): (String, String)
    if authentication == .post {
      let form = form(request.body)
      guard header == nil, let client = form["client_id"], let shown = form["client_secret"] else { return nil }
      (id, secret) = (client, shown)
    } else {
      guard let header, header.hasPrefix("Basic ") else { return nil }
      let pair = base64(header.dropFirst(6))
      guard let colon = pair.firstIndex(of: UInt8(ascii: ":")) else { return nil }
      let decode = { (bytes: ArraySlice<UInt8>) in
        authentication == .basicEncoded ? percentDecoded(bytes) : String(decoding: bytes, as: UTF8.self)
      }
      (id, secret) = (decode(pair[..<colon]), decode(pair[(colon + 1)...]))
    }
    return id == Authority.clientID ? .client(secret: secret) : nil
  }

  private static func form(_ body: [UInt8]) -> [String: String] {
    var fields: [String: String] = [:]
    for part in body.split(separator: UInt8(ascii: "&")) {
      let pair = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      fields[percentDecoded(pair[0])] = percentDecoded(pair[pair.count - 1])
    }
    return fields
  }

  private static func percentDecoded(_ bytes: ArraySlice<UInt8>) -> String {
    var decoded: [UInt8] = []
    var rest = bytes
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): decoded.append(0x20)
      case UInt8(ascii: "%"):
        decoded.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0xFF)
        rest = rest.dropFirst(2)
      default: decoded.append(byte)
      }
    }
    return String(decoding: decoded, as: UTF8.self)
  }

  private static func base64(_ text: Substring) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var bits: UInt32 = 0
    var count = 0
    var decoded: [UInt8] = []
    for byte in text.utf8 {
      guard let value = alphabet.firstIndex(of: byte) else { break }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        decoded.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return decoded
  }
}
