/// What a token is asked for: the key of the cache (SPEC S9).
///
/// Resources and audiences (RFC 8707 §2) are part of the key from the start; nothing sends them yet. The hash is taken
/// once, because a request is looked up on every read of a cached token.
public struct TokenRequest: Sendable, Hashable {
  /// What the token may do.
  public let scope: Scope
  /// Where the token is to be used, as absolute URIs, distinct and sorted by bytes.
  public let resources: [String]
  /// For whom the token is meant, distinct and sorted by bytes.
  public let audiences: [String]

  private let hash: Int

  /// Makes a request in canonical form.
  public init(scope: Scope, resources: [String] = [], audiences: [String] = []) {
    self.scope = scope
    self.resources = Self.canonical(resources)
    self.audiences = Self.canonical(audiences)
    var hasher = Hasher()
    hasher.combine(scope)
    hasher.combine(self.resources)
    hasher.combine(self.audiences)
    hash = hasher.finalize()
  }

  private static func canonical(_ values: [String]) -> [String] {
    guard !values.isEmpty else { return [] }
    var distinct: [String] = []
    for value in values.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      // By bytes, like the server that gets them; to `==` two spellings that Unicode calls equivalent are one.
      if let last = distinct.last, last.utf8.elementsEqual(value.utf8) { continue }
      distinct.append(value)
    }
    return distinct
  }

  /// Whether both ask for the same.
  public static func == (lhs: TokenRequest, rhs: TokenRequest) -> Bool {
    lhs.hash == rhs.hash && lhs.scope == rhs.scope && isSame(lhs.resources, rhs.resources)
      && isSame(lhs.audiences, rhs.audiences)
  }

  private static func isSame(_ lhs: [String], _ rhs: [String]) -> Bool {
    lhs.elementsEqual(rhs) { $0.utf8.elementsEqual($1.utf8) }
  }

  /// Feeds the hash that was taken at the start.
  public func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}
