/// What a delegated download token is asked for (SPEC §4).
///
/// Tenant, user and object key come from the backend itself, never from its client: whoever may choose them may read
/// anybody's files.
public struct DownloadRequest: Sendable, Hashable {
  /// The tenant.
  public var tenantID: String
  /// The user for whom the object is.
  public var userID: String
  /// The object's key in the store.
  public var objectKey: String
  /// How long the token is to live; absent, zero or less means 300 s, a fraction of a second is rounded up.
  public var lifetime: Duration?

  /// Asks for a token for one user and one object.
  public init(tenantID: String, userID: String, objectKey: String, lifetime: Duration? = nil) {
    self.tenantID = tenantID
    self.userID = userID
    self.objectKey = objectKey
    self.lifetime = lifetime
  }

  /// The lifetime that is asked for, in whole seconds (SPEC D1).
  public var lifetimeSeconds: Int64 {
    guard let lifetime, lifetime > .zero else { return 300 }
    return lifetime.wholeSecondsUp
  }
}

/// A delegated download token: it lets whoever holds it read one object for a short time. Opaque, never cached.
public struct DownloadToken: Sendable {
  /// The token itself.
  public let value: Secret
  /// When it expires, by the server's word where it gave one (SPEC D4); this may be in the past.
  public let expiresAt: Timestamp

  /// Makes a token; only an endpoint kind, or a test, does.
  public init(value: Secret, expiresAt: Timestamp) {
    self.value = value
    self.expiresAt = expiresAt
  }
}

extension DownloadToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Never the token.
  public var description: String { "download token" }
  /// The same as ``description``.
  public var debugDescription: String { description }
  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
