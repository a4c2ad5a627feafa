import ServiceTokenClient
import ServiceTokenDomain

/// One scenario: a client, the world around it, and the time in which it happens.
final class World: @unchecked Sendable {
  let seed: UInt64
  let traits: Traits
  let tally: Tally
  let timeline: Timeline
  let observer: Observer
  let authority: Authority
  private(set) var network: Network!
  private(set) var secrets: SecretStore!
  private(set) var people: People!
  /// Towards the end nothing goes wrong any more.
  var isCalm = false

  private let conductor = Conductor.shared
  private var dice: Dice
  private var interruptions = 0
  var isInterrupting: Bool { interruptions > 0 }
  private var isQuiet = false
  /// How often time passed since all was quiet.
  private var ticks = 0

  init(_ seed: UInt64, _ tally: Tally) {
    self.seed = seed
    self.tally = tally
    traits = Traits(seed)
    dice = Dice(seed, for: .order)
    timeline = Timeline(dice)
    observer = Observer(timeline, traits, tally)
    authority = Authority(timeline, traits, Dice(seed, for: .server))
    conductor.begin(traits.order, dice)
  }

  // MARK: - Running

  /// Lives through the scenario; what was wrong is then in ``observer``.
  func run() throws {
    network = Network(self, Dice(seed, for: .network))
    secrets = SecretStore(self, Dice(seed, for: .secrets))
    secrets.hold(authority.rotate())
    weak var freed: ServiceTokenClient?
    do {
      let client = try makeClient()
      freed = client
      people = People(self, client, Dice(seed, for: .people))
    }
    let start = timeline.trueTime
    Weather(self, Dice(seed, for: .weather)).begin()
    try people.begin()
    live()
    observer.checkEnd()
    people.leave()
    people = nil
    if freed != nil { observer.violation("the client is not freed when nobody needs it any more") }
    tally.add(virtualTime: timeline.trueTime - start)
    network = nil
    secrets = nil
  }

  private func makeClient() throws -> ServiceTokenClient {
    var configuration = try ServiceTokenClient.Configuration(
      issuer: "https://member-center.test/", clientID: Authority.clientID)
    configuration.cachePolicy = CachePolicy(skew: traits.skew, refreshesAhead: traits.refreshesAhead)
    configuration.clientAuthentication = traits.authentication
    configuration.outageGate = traits.closesOnOutage
    configuration.maximumScopes = traits.maximumScopes
    let policy = RetryPolicy(jitter: traits.jitter)
    configuration.serviceTokenEndpoint = ServiceTokenEndpoint(retryPolicy: policy)
    configuration.delegatedDownloadEndpoint = DelegatedDownloadEndpoint(retryPolicy: policy)
    configuration.randomNumber = { [self] in dice.next() }
    configuration.observer = { [self] event in
      observer.happened(event)
      interrupt()
    }
    return ServiceTokenClient(
      configuration: configuration, http: network, secrets: secrets, clock: SimulatedClock(self),
      logger: SimulatedLog(self))
  }

  /// Until nothing is going to happen any more.
  private func live() {
    repeat {
      var steps = 0
      while step() {
        steps += 1
        guard steps < 1_000_000 else { return observer.violation("it never gets quiet") }
      }
      observer.quiet()
      ticks = 0
      isQuiet = true
      people.inspect()
      isQuiet = false
      timeline.advance()
    } while !timeline.isEmpty
  }

  /// One job, or one thing that is due now; false where there is neither.
  private func step() -> Bool {
    let isDue = timeline.isDue
    guard conductor.readyCount > 0 || isDue else { return false }
    tally.count(.step)
    if isDue, dice.below(conductor.readyCount + 1) == 0 { timeline.runOne() } else { conductor.runOne() }
    return true
  }

  /// The running thread is held up here, and others get on meanwhile: what a thread can see between two of its
  /// instructions, the client has to stand wherever it holds no lock.
  func interrupt() {
    guard traits.preemption > 0, !isQuiet, interruptions < 3, dice.chance(traits.preemption) else { return }
    interruptions += 1
    defer { interruptions -= 1 }
    tally.count(.interrupted)
    if traits.tick > 0, ticks < Observer.mostTicks {
      ticks += 1
      timeline.tick(Int64(dice.below(Int(traits.tick))))
    }
    for _ in 0...dice.below(6) {
      guard step() else { return }
    }
  }

  // MARK: - Time

  /// Does `action` in about that many nanoseconds, at a moment at which other things happen too.
  func later(_ nanoseconds: Int64, _ action: @escaping () -> Void) {
    let moment = timeline.monotonic + nanoseconds + traits.grain - 1
    timeline.at(moment - moment % traits.grain, action)
  }

  /// As ``later(_:_:)``, but at once where there is no time between.
  func soon(_ nanoseconds: Int64, _ action: @escaping () -> Void) {
    if nanoseconds == 0 { timeline.after(0, action) } else { later(nanoseconds, action) }
  }

  func oversleep() -> Int64 { dice.nanoseconds(.zero...traits.oversleep) }

  /// An answer is on its way up to the client.
  func answerArrived(_ exchange: Exchange) { people?.answerArrived(exchange) }
}
