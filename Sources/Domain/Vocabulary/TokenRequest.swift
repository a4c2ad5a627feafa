/// What a token is asked for: the key of the cache (SPEC S9).
///
/// Resources and audiences (RFC 8707 §2) are part of the key from the start; nothing sends them yet. The hash is taken
/// once, because a request is looked up on every read of a cached token.
public struct TokenRequest: Sendable, Hashable {
  /// What the token may do.
  public let scope: Scope
  /// Nil where there are none, as in nearly every request: a cache keeps two of them for each token.
  private let targets: Targets?
  private let hash: Int

  private final class Targets: Sendable {
    let resources: [String]
    let audiences: [String]

    init(resources: [String], audiences: [String]) {
      self.resources = resources
      self.audiences = audiences
    }
  }

  /// Makes a request in canonical form.
  public init(scope: Scope, resources: [String] = [], audiences: [String] = []) {
    self.scope = scope
    let resources = Self.canonical(resources)
    let audiences = Self.canonical(audiences)
    targets = resources.isEmpty && audiences.isEmpty ? nil : Targets(resources: resources, audiences: audiences)
    var hasher = Hasher()
    hasher.combine(scope)
    hasher.combine(resources)
    hasher.combine(audiences)
    hash = hasher.finalize()
  }

  /// Where the token is to be used, as absolute URIs, distinct and sorted by bytes.
  public var resources: [String] { targets?.resources ?? [] }
  /// For whom the token is meant, distinct and sorted by bytes.
  public var audiences: [String] { targets?.audiences ?? [] }

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
    lhs.hash == rhs.hash && lhs.scope == rhs.scope
      && (lhs.targets === rhs.targets
        || isSame(lhs.resources, rhs.resources) && isSame(lhs.audiences, rhs.audiences))
  }

  private static func isSame(_ lhs: [String], _ rhs: [String]) -> Bool {
    lhs.elementsEqual(rhs) { $0.utf8.elementsEqual($1.utf8) }
  }

  /// Feeds the hash that was taken at the start.
  public func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}
