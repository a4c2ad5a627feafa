import ServiceTokens

/// The library as a service uses it, configured by the environment: callers of two cold scopes at once, callers who find
/// both cached, and a caller whose token was refused. Prints what each got; the server says how many requests it saw.
@main
enum InteropLibrary {
  static func main() async throws {
    let client = try ServiceTokenClient.live()
    let scopes = ["converter:job.read", "converter:job.write"]
    let first = try await tokens(of: scopes, callers: 100, from: client)
    let second = try await tokens(of: scopes, callers: 100, from: client)
    guard let refused = client.cachedToken(for: try Scope(scopes[0])) else { return report("nothing is cached") }
    client.invalidate(refused)
    let third = try await client.token(for: scopes[0])
    report(
      "\(first.count) tokens for 200 callers, \(second == first ? "the same" : "others") for 200 more, "
        + "\(third.value == refused.value ? "the refused one again" : "another") after a refusal")
  }

  /// The different tokens that so many callers of each scope get, all at once.
  private static func tokens(
    of scopes: [String], callers: Int, from client: ServiceTokenClient
  ) async throws -> Set<String> {
    try await withThrowingTaskGroup(of: String.self) { group in
      for scope in scopes {
        for _ in 0..<callers { group.addTask { try await client.token(for: scope).value.expose() } }
      }
      return try await group.reduce(into: []) { $0.insert($1) }
    }
  }

  private static func report(_ line: String) { print(line) }
}
