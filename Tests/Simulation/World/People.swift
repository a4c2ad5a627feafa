import ServiceTokenClient
import ServiceTokenDomain

/// Those who call the client: they come, wait, give up, use what they got and report what was refused.
final class People: @unchecked Sendable {
  private let world: World
  private let client: ServiceTokenClient
  private var dice: Dice
  private var lastCall = 0
  private var tasks: [Int: Task<Void, Never>] = [:]
  private var begunCalls: [Int: Call] = [:]
  /// Tokens that somebody has or had.
  private var owned: [AccessToken] = []
  private let end: Int64
  private let scopes: [String]

  init(_ world: World, _ client: ServiceTokenClient, _ dice: Dice) {
    (self.world, self.client, self.dice) = (world, client, dice)
    end = world.timeline.monotonic + world.traits.span.nanoseconds
    let all = [Call.delegation, "converter:job.read converter:job.write", "a", "b", "c d e", "files:download.read"]
    scopes = Array(all.prefix(world.traits.scopeCount))
  }

  func begin() {
    arriveLater()
    if let spite = world.traits.spite { spiteLater(mean: spite) }
  }

  // MARK: - Coming

  private func arriveLater() {
    world.later(dice.wait(mean: world.traits.meanArrival)) { [self] in
      guard world.timeline.monotonic < end else { return }
      let scope = dice.pick(scopes)
      let count = dice.chance(world.traits.burst) ? 2 + dice.below(60) : 1
      for _ in 0..<count { arrive(scope) }
      arriveLater()
    }
  }

  private func arrive(_ scope: String) {
    lastCall += 1
    let errand = dice.pick(weighted: world.traits.errands)
    let call = Call(lastCall, errand, scope: errand == .download ? Call.delegation : scope)
    begunCalls[call.number] = call
    let spelling = dice.chance(0.1) ? scope.split(separator: " ").reversed().joined(separator: "  ") : nil
    let task = Task.detached { [self] in
      await Call.$current.withValue(call) { await make(call, spelling) }
    }
    tasks[call.number] = task
    guard dice.chance(world.traits.cancellation) else { return }
    switch dice.below(4) {
    case 0: cancel(call.number)
    case 1: world.timeline.after(0) { [self] in cancel(call.number) }
    default: world.later(dice.wait(mean: .seconds(2))) { [self] in cancel(call.number) }
    }
  }

  private func cancel(_ number: Int) {
    guard let call = begunCalls[number], let task = tasks[number] else { return }
    world.observer.cancelling(call)
    task.cancel()
  }

  /// An answer of this exchange is about to be taken: the best moment to come or go.
  func answerArrived(_ exchange: Exchange) {
    guard dice.chance(world.traits.coincidence) else { return }
    let scope = exchange.scope ?? Call.delegation
    for call in world.observer.calls.values.sorted(by: { $0.number < $1.number }) where call.scope == scope {
      if dice.chance(world.traits.cancellation) { cancel(call.number) }
    }
    if dice.chance(0.5), world.timeline.monotonic < end { arrive(scope) }
  }

  // MARK: - Calling

  private func make(_ call: Call, _ spelling: String?) async {
    let observer = world.observer
    observer.began(call)
    do {
      switch call.errand {
      case .cached:
        if let token = client.cachedToken(for: try Scope(spelling ?? call.scope)) {
          observer.ended(call, with: token)
          own(token)
        } else {
          observer.endedWithoutToken(call)
        }
      case .token:
        let token =
          if let spelling { try await client.token(for: spelling) } else {
            try await client.token(for: Scope(call.scope))
          }
        observer.ended(call, with: token)
        own(token)
      case .download:
        let request = DownloadRequest(tenantID: "t", userID: "u", objectKey: "\(call.number)")
        observer.ended(call, with: try await client.downloadToken(for: request))
      }
    } catch {
      observer.ended(call, with: error)
      if let wait = (error as? ServiceTokenError)?.retryAfter { comeAtGate(call.scope, wait) }
    }
    tasks[call.number] = nil
    begunCalls[call.number] = nil
  }

  // MARK: - Using

  private func own(_ token: AccessToken) {
    let isNew = !owned.contains { $0.value == token.value }
    if isNew {
      owned.append(token)
      if owned.count > 32 { owned.removeFirst(16) }
      comeAtWindow(token)
    }
    guard dice.chance(world.traits.use) else { return }
    let scope = token.request.scope.text
    world.soon(dice.chance(0.5) ? 0 : dice.wait(mean: .seconds(1))) { [self] in
      guard !world.authority.accepts(token.value.expose(), for: scope) else { return }
      world.tally.count(.refusedElsewhere)
      report(token)
      if world.timeline.monotonic < end { arrive(scope) }
    }
  }

  private func report(_ token: AccessToken) {
    let value = token.value.expose()
    world.observer.reporting(value)
    client.invalidate(token)
    world.observer.reported(value)
  }

  private func spiteLater(mean: Duration) {
    world.later(dice.wait(mean: mean)) { [self] in
      guard world.timeline.monotonic < end else { return }
      if !owned.isEmpty { report(dice.pick(owned)) }
      spiteLater(mean: mean)
    }
  }

  // MARK: - Coming at the moments that matter

  private func comeAtWindow(_ token: AccessToken) {
    guard dice.chance(world.traits.boundary), let facts = world.observer.tokens[token.value.expose()] else { return }
    let moments = [facts.freshUntil.monotonic, facts.refreshFrom.monotonic, facts.sentAt.monotonic]
    come(token.request.scope.text, at: dice.pick(moments))
  }

  private func comeAtGate(_ scope: String, _ wait: Duration) {
    guard dice.chance(world.traits.boundary), wait < .seconds(86_400) else { return }
    come(scope, at: world.timeline.monotonic + wait.nanoseconds)
  }

  private func come(_ scope: String, at moment: Int64) {
    let exact = moment + dice.pick([-1, 0, 0, 1])
    guard exact > world.timeline.monotonic, exact < end else { return }
    world.timeline.at(exact) { [self] in arrive(scope) }
  }
}
