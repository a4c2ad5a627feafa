/// The `error` code of an OAuth error answer (RFC 6749 §5.2). An open set: servers send more than the RFC registers.
public struct OAuthErrorCode: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
  /// The code as the server sent it.
  public let text: String

  /// Takes a code of RFC 6749's shape: 1 to 128 characters of `%x20-21 / %x23-5B / %x5D-7E`; nil for any other.
  public init?(_ text: String) {
    guard Self.isOfShape(text) else { return nil }
    self.text = text
  }

  /// Takes a code that is written down: `error.oauthError == "invalid_target"`. `OAuthErrorCode("invalid_target")` is
  /// the same, and no optional; for text that came from somewhere there is ``init(_:)``.
  ///
  /// - Precondition: it is of RFC 6749's shape. A literal that is no error code is a programmer's mistake.
  public init(stringLiteral text: String) {
    precondition(Self.isOfShape(text), "a literal is an error code of RFC 6749's shape")
    self.text = text
  }

  private static func isOfShape(_ text: String) -> Bool {
    let isOfCharacters = text.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
    return isOfCharacters && (1...128).contains(text.utf8.count)
  }

  private init(registered text: String) { self.text = text }

  /// The code as the server sent it.
  public var description: String { text }

  /// The request lacks something or holds something twice.
  public static let invalidRequest = OAuthErrorCode(registered: "invalid_request")
  /// The client is unknown or its authentication failed.
  public static let invalidClient = OAuthErrorCode(registered: "invalid_client")
  /// The grant is invalid or expired.
  public static let invalidGrant = OAuthErrorCode(registered: "invalid_grant")
  /// The client may not use this grant.
  public static let unauthorizedClient = OAuthErrorCode(registered: "unauthorized_client")
  /// The server does not know this grant.
  public static let unsupportedGrantType = OAuthErrorCode(registered: "unsupported_grant_type")
  /// The scope is unknown, malformed, or more than the client may have.
  public static let invalidScope = OAuthErrorCode(registered: "invalid_scope")

  private static let registered: Set<OAuthErrorCode> = [
    .invalidRequest, .invalidClient, .invalidGrant, .unauthorizedClient, .unsupportedGrantType, .invalidScope,
  ]

  /// Whether RFC 6749 §5.2 registers the code, which makes it safe to show: it is our word then, not the server's.
  public var isRegistered: Bool { Self.registered.contains(self) }
}
