/// A service token: an OAuth 2.0 access token of the backend itself (RFC 6749 §1.4).
///
/// Its value shows in no description, dump, mirror or encoding. Copies share one value; passing one on costs a retain.
///
/// ```
/// request.headers["Authorization"] = token.exposeAuthorization()
/// ```
public struct AccessToken: Sendable {
  @usableFromInline
  let storage: Storage

  /// Makes a token; only an endpoint kind, or a test, does.
  ///
  /// - Parameters:
  ///   - value: the token itself.
  ///   - type: its `token_type`.
  ///   - grantedScope: the `scope` of the answer as the server wrote it, where it sent one.
  ///   - expiresIn: how long it lives, counted from `sentAt`.
  ///   - request: what it was asked for.
  ///   - endpoint: the endpoint kind that issued it.
  ///   - sentAt: both clocks just before the attempt that succeeded was sent (SPEC S5).
  public init(
    value: Secret, type: String = "Bearer", grantedScope: String? = nil, expiresIn: Duration, request: TokenRequest,
    endpoint: EndpointName = .serviceToken, sentAt: Reading
  ) {
    storage = Storage(
      value: value, type: type, grantedScope: grantedScope, expiresIn: expiresIn, request: request,
      endpoint: endpoint, sentAt: sentAt)
  }

  /// The same token, said to be issued by `endpoint` for `request`: what a cache finds it by again.
  package func filed(under endpoint: EndpointName, request: TokenRequest) -> AccessToken {
    AccessToken(
      value: value, type: type, grantedScope: grantedScope, expiresIn: expiresIn, request: request, endpoint: endpoint,
      sentAt: sentAt)
  }

  /// The same token in storage of its own, which no other thread counts references to.
  package func deepCopy() -> AccessToken {
    AccessToken(
      value: value.withExposedBytes { Secret($0) }, type: type, grantedScope: grantedScope, expiresIn: expiresIn,
      request: request, endpoint: endpoint, sentAt: sentAt)
  }

  /// The one reference that this copy is, for who counts references in advance.
  @inlinable
  package var reference: Unmanaged<Storage> { unsafe Unmanaged.passUnretained(storage) }

  /// A copy for which a reference was counted before; it is given back with the copy.
  @inlinable
  package init(retained reference: Unmanaged<Storage>) { storage = unsafe reference.takeRetainedValue() }

  /// The token itself.
  public var value: Secret { storage.value }
  /// The `token_type` of the answer, such as `Bearer`.
  public var type: String { storage.type }
  /// The `scope` of the answer as the server wrote it; nil where it sent none, which means "as asked" (RFC 6749 §5.1).
  public var grantedScope: String? { storage.grantedScope }
  /// How long it lives, counted from ``sentAt``.
  public var expiresIn: Duration { storage.expiresIn }
  /// What it was asked for.
  public var request: TokenRequest { storage.request }
  /// The endpoint kind that issued it.
  public var endpoint: EndpointName { storage.endpoint }
  /// Both clocks just before the attempt that succeeded was sent.
  public var sentAt: Reading { storage.sentAt }
  /// When it expires by the wall clock.
  public var expiresAt: Timestamp { storage.sentAt.date.advanced(by: storage.expiresIn) }

  /// The value of an `Authorization` header (RFC 6750 §2.1): `Bearer` and the token. It is a secret from here on.
  public func exposeAuthorization() -> String { "Bearer \(value.expose())" }

  @usableFromInline
  package final class Storage: Sendable {
    fileprivate let value: Secret
    fileprivate let type: String
    let grantedScope: String?
    let expiresIn: Duration
    let request: TokenRequest
    let endpoint: EndpointName
    let sentAt: Reading

    init(
      value: Secret, type: String, grantedScope: String?, expiresIn: Duration, request: TokenRequest,
      endpoint: EndpointName, sentAt: Reading
    ) {
      self.value = value
      self.type = type
      self.grantedScope = grantedScope
      self.expiresIn = expiresIn
      self.request = request
      self.endpoint = endpoint
      self.sentAt = sentAt
    }
  }
}

extension AccessToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The scope that it was asked for; never the token.
  public var description: String { "access token for \(request.scope)" }
  /// The same as ``description``.
  public var debugDescription: String { description }
  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
