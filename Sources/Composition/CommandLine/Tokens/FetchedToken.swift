import ServiceTokens

/// What goes to standard output: a token in each of the formats.
struct FetchedToken {
  private let token: Secret
  private let json: Wire.JSON

  init(_ token: AccessToken) {
    self.token = token.value
    json = [
      "access_token": .string(token.value.expose()),
      "token_type": .string(token.type),
      "expires_in": .integer(token.expiresIn.components.seconds),
      "expires_at": .string(token.expiresAt.inWholeSeconds),
      // RFC 6749 §5.1: where the server says nothing, it is the scope that was asked for.
      "scope": .string(token.grantedScope ?? token.request.scope.text),
    ]
  }

  init(_ token: DownloadToken, url: DownloadURL?) {
    self.token = token.value
    var members: [Wire.JSON.Member] = [
      .init(key: "token", value: .string(token.value.expose())),
      .init(key: "expires_at", value: .string(token.expiresAt.inWholeSeconds)),
    ]
    if let url { members.append(.init(key: "url", value: .string(url.expose()))) }
    json = .object(members)
  }

  /// One line. No token breaks it: none holds a character outside of `%x20-7E` (SPEC S4, D5).
  func line(in format: TokenFormat) -> [UInt8] {
    switch format {
    case .raw: token.withExposedBytes { $0 + "\n".utf8 }
    case .json: json.line
    case .header: token.withExposedBytes { "Authorization: Bearer ".utf8 + $0 + "\n".utf8 }
    }
  }
}

extension Wire.JSON {
  /// The value and a newline.
  var line: [UInt8] { serialized() + "\n".utf8 }
}

extension Timestamp {
  /// RFC 3339 without a fraction, which readers such as jq's `fromdate` do not take; rounded down, so never too late.
  var inWholeSeconds: String { Wire.RFC3339.format(Timestamp(seconds: seconds)) }
}
