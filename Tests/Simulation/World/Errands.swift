import ServiceTokenClient
import ServiceTokenDomain

/// What one caller does with the client, from its coming to its answer.
struct Errands {
  private let people: People
  private let call: Call

  init(_ people: People, _ call: Call) { (self.people, self.call) = (people, call) }

  private var client: ServiceTokenClient { people.client }
  private var observer: Observer { people.world.observer }

  func run() async {
    observer.began(call)
    do {
      switch call.errand {
      case .cached: try look()
      case .token: try await get()
      case .download: try await download()
      case .withToken: try await use()
      case .prewarm: try await prewarm()
      }
    } catch {
      observer.ended(call, with: error)
      if let wait = (error as? ServiceTokenError)?.retryAfter { people.comeAtGate(call.scope.name, wait) }
    }
  }

  // MARK: - The ways to a token

  /// The same scope, written by somebody else.
  private func spelling() -> String {
    people.dice.chance(0.1) ? call.scope.name.split(separator: " ").reversed().joined(separator: "  ") : call.scope.name
  }

  /// One that somebody keeps, or one for this time.
  private func handle() throws -> TokenHandle {
    let scope = try Scope(call.scope.name)
    return people.handles[scope.text] ?? client.tokens(for: scope)
  }

  private func look() throws {
    let token =
      switch people.dice.below(3) {
      case 0: client.cachedToken(for: spelling())
      case 1: try handle().cachedToken
      default: client.cachedToken(for: try Scope(call.scope.name))
      }
    guard let token else { return observer.endedWithoutToken(call) }
    observer.ended(call, with: token)
    people.own(token)
  }

  private func get() async throws {
    let token: AccessToken
    switch people.dice.below(3) {
    case 0:
      token = try await client.token(for: spelling(), within: call.limit)
    case 1:
      token = try await handle().token(within: call.limit)
    default:
      token = try await client.token(for: TokenRequest(scope: Scope(call.scope.name)), within: call.limit)
    }
    observer.ended(call, with: token)
    people.own(token)
  }

  // MARK: - The others

  private func download() async throws {
    let request = DownloadRequest(tenantID: "t", userID: "u", objectKey: "\(call.number)")
    observer.ended(call, with: try await client.downloadToken(for: request, within: call.limit))
  }

  private func use() async throws {
    try await client.withToken(for: Scope(call.scope.name), within: call.limit) { token in
      observer.uses(token, call)
      let isAccepted: Bool
      do {
        isAccepted = try await show(token)
      } catch {
        observer.used(call, isAccepted: true)
        throw error
      }
      observer.used(call, isAccepted: isAccepted)
      return isAccepted ? .accepted(()) : .refused(())
    }
    observer.endedUsing(call)
  }

  /// What a resource server says to it, after a while.
  private func show(_ token: AccessToken) async throws -> Bool {
    let parked = Parked<Bool>()
    let (people, world) = (people, people.world)
    let isLate = people.dice.chance(0.5)
    world.soon(isLate ? people.dice.nanoseconds(world.traits.latency) : 0) {
      parked.resume(with: .success(people.accepts(token)))
    }
    return try await parked.value { parked.resume(with: .failure(CancellationError())) }
  }

  private func prewarm() async throws {
    try await client.prewarm(call.scopes.map { try Scope($0.name) }, within: call.limit)
    observer.endedPrewarming(call)
  }
}
