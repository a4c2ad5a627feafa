extension LogEvent {
  /// The events that this package logs, without their prefix `conversion.mc_token.` (SPEC §7).
  public enum Name: String, Sendable, Hashable, CaseIterable {
    /// A service token was fetched.
    case obtained
    /// A delegated download token was fetched.
    case delegatedObtained = "delegated_obtained"
    /// An answer with a status of 2xx came, whole or as far as it is read; its body has not been looked at.
    case success
    /// An answer with any other status came.
    case endpointError = "endpoint_error"
    /// No answer came.
    case networkError = "network_error"
    /// A 2xx answer broke off.
    case bodyReadFailed = "body_read_failed"
    /// A 2xx answer cannot be read.
    case parseFailed = "parse_failed"
    /// A 2xx answer lacks something that is needed.
    case invalidShape = "invalid_shape"
    /// A request on the wire was cancelled.
    case cancelled = "ctx_cancelled"
    /// The attempts are used up.
    case retryExhausted = "retry_exhausted"
    /// The token's type is not Bearer (SPEC S4). Beyond the original's list.
    case unexpectedTokenType = "unexpected_token_type"
    /// The two Basic forms write these credentials differently (SPEC S3). Beyond the original's list.
    case ambiguousCredentials = "ambiguous_credentials"

    /// The name as an event carries it, prefix and all.
    public var whole: String { "conversion.mc_token." + rawValue }

    /// How much the event matters.
    public var level: Level {
      switch self {
      case .success: .debug
      case .obtained, .delegatedObtained: .info
      default: .warning
      }
    }
  }

  /// Makes one of this package's events. `fields` follow the field `endpoint`.
  public init(_ name: Name, endpoint: EndpointName, fields: [Field] = []) {
    var all: [Field] = []
    all.reserveCapacity(1 + fields.count)
    all.append(Field("endpoint", .string(endpoint.text)))
    all += fields
    self.init(name: name.whole, level: name.level, fields: all)
  }

  /// The two Basic forms write the credentials differently; `alternative` is the one not in use (SPEC S3).
  public static func ambiguousCredentials(
    _ authentication: ClientAuthentication, alternative: ClientAuthentication
  ) -> LogEvent {
    LogEvent(
      .ambiguousCredentials, endpoint: .serviceToken,
      fields: [
        .init("client_auth", .string(authentication.rawValue)), .init("alternative", .string(alternative.rawValue)),
      ])
  }
}

extension String {
  /// The text cut to `limit` bytes on a character boundary, with `...(truncated)` after it where something was cut.
  func truncated(toBytes limit: Int) -> String {
    guard utf8.count > limit else { return self }
    var end = startIndex
    while true {
      let next = index(after: end)
      if utf8.distance(from: startIndex, to: next) > limit { break }
      end = next
    }
    return self[..<end] + "...(truncated)"
  }
}
