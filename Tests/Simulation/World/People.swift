import ServiceTokenClient
import ServiceTokenDomain

/// Those who call the client: they come, wait, give up, use what they got and report what was refused.
final class People: @unchecked Sendable {
  let world: World
  let client: ServiceTokenClient
  var dice: Dice
  private var lastCall = 0
  private var tasks: [Int: (call: Call, task: Task<Void, Never>)] = [:]
  /// Tokens that somebody has or had.
  private var owned: [AccessToken] = []
  private let end: Int64
  private let scopes: [String]
  private(set) var handles: [String: TokenHandle] = [:]

  init(_ world: World, _ client: ServiceTokenClient, _ dice: Dice) {
    (self.world, self.client, self.dice) = (world, client, dice)
    end = world.timeline.monotonic + world.traits.span.nanoseconds
    let all =
      [Call.delegation, "converter:job.read converter:job.write", "a", "b", "c d e"] + (5..<64).map { "s\($0)" }
    scopes = Array(all.prefix(world.traits.scopeCount))
  }

  func begin() throws {
    for scope in scopes.prefix(world.traits.handleCount) { handles[scope] = client.tokens(for: try Scope(scope)) }
    arriveLater()
    if let spite = world.traits.spite { spiteLater(mean: spite) }
    if let part = world.traits.shutdown {
      world.later(Int64(Double(world.traits.span.nanoseconds) * part)) { [self] in shutDown() }
    }
  }

  /// Whether people still come.
  private var isOpen: Bool { world.timeline.monotonic < end }

  // MARK: - Coming

  private func arriveLater() {
    world.later(dice.wait(mean: world.traits.meanArrival)) { [self] in
      guard isOpen else { return }
      let scope = dice.pick(scopes)
      let count = dice.chance(world.traits.burst) ? 2 + dice.below(60) : 1
      for _ in 0..<count { arrive(scope) }
      arriveLater()
    }
  }

  private func arrive(_ scope: String) {
    lastCall += 1
    let errand = dice.pick(weighted: world.traits.errands)
    let limit = errand != .cached && dice.chance(world.traits.deadline) ? dice.nanoseconds(world.traits.deadlines) : nil
    let call = Call(
      lastCall, errand, scopes: self.scopes(errand, scope).map { world.observer.facts($0) },
      limit: limit.map { .nanoseconds($0) })
    let errands = Errands(self, call)
    let task = Task.detached { [self] in
      await Call.$current.withValue(call) { await errands.run() }
      tasks[call.number] = nil
    }
    tasks[call.number] = (call, task)
    guard dice.chance(world.traits.cancellation) else { return }
    switch dice.below(4) {
    case 0: cancel(call.number)
    case 1: world.timeline.after(0) { [self] in cancel(call.number) }
    default: world.later(dice.wait(mean: .seconds(2))) { [self] in cancel(call.number) }
    }
  }

  private func scopes(_ errand: Errand, _ scope: String) -> [String] {
    switch errand {
    case .download: [Call.delegation]
    case .prewarm: scopes.filter { $0 == scope || dice.chance(0.5) }
    case .token, .cached, .withToken: [scope]
    }
  }

  private func cancel(_ number: Int) {
    guard let (call, task) = tasks[number] else { return }
    world.observer.cancelling(call)
    task.cancel()
  }

  /// An answer of this exchange is about to be taken: the best moment to come or go.
  func answerArrived(_ exchange: Exchange) {
    guard dice.chance(world.traits.coincidence) else { return }
    let calls = world.observer.calls.values.filter { $0.scopes.contains { $0.name == exchange.scope } }
    for call in calls.sorted(by: { $0.number < $1.number }) where dice.chance(world.traits.cancellation) {
      cancel(call.number)
    }
    if dice.chance(0.5), isOpen { arrive(exchange.scope) }
  }

  // MARK: - Using

  func accepts(_ token: AccessToken) -> Bool {
    world.authority.accepts(token.value.expose(), for: token.request.scope.text)
  }

  /// Somebody has this token from now on.
  func own(_ token: AccessToken) {
    let isNew = !owned.contains { $0.value == token.value }
    if isNew {
      owned.append(token)
      if owned.count > 32 { owned.removeFirst(16) }
      comeAtWindow(token)
    }
    guard dice.chance(world.traits.use) else { return }
    world.soon(dice.chance(0.5) ? 0 : dice.wait(mean: .seconds(1))) { [self] in
      guard !accepts(token) else { return }
      world.tally.count(.refusedElsewhere)
      report(token)
      if isOpen { arrive(token.request.scope.text) }
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
      guard isOpen else { return }
      if !owned.isEmpty { report(dice.pick(owned)) }
      spiteLater(mean: mean)
    }
  }

  // MARK: - Coming at the moments that matter

  private func comeAtWindow(_ token: AccessToken) {
    guard dice.chance(world.traits.boundary), let facts = world.observer.tokens[token.value.expose()] else { return }
    let window = [facts.refreshFrom.monotonic, facts.freshUntil.monotonic]
    let moments = window + [window[0] / 2 + window[1] / 2]
    come(token.request.scope.text, at: dice.pick(moments))
  }

  func comeAtGate(_ scope: String, _ wait: Duration) {
    guard dice.chance(world.traits.boundary), wait < .seconds(86_400) else { return }
    come(scope, at: world.timeline.monotonic + wait.nanoseconds)
  }

  private func come(_ scope: String, at moment: Int64) {
    let exact = moment + dice.pick([-1, 0, 0, 1])
    guard exact > world.timeline.monotonic, exact < end else { return }
    world.timeline.at(exact) { [self] in arrive(scope) }
  }

  // MARK: - The client's operator

  /// All is quiet; how is the client doing?
  func inspect() {
    guard dice.chance(world.traits.inspection) else { return }
    world.observer.check(client.snapshot())
  }

  private func shutDown() {
    Task.detached { [self] in
      let limit = world.traits.shutdownLimit
      world.observer.closing(within: limit)
      await client.shutdown(within: limit)
      world.observer.hasClosed()
    }
  }

  /// Nobody has anything of the client any more.
  func leave() {
    handles = [:]
    owned = []
  }
}
