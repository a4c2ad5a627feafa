import ServiceTokenDomain

/// What kind of world a seed makes: which faults there are and how many, how busy it is, how long tokens live.
///
/// They are drawn as wide as they are so that seeds differ in kind. A world with every fault at once would hardly ever
/// reach what only happens in a quiet one.
struct Traits {
  // MARK: The machine
  let order: Conductor.Order
  /// How often another thread gets in wherever the client calls a port that does not wait.
  let preemption: Double
  /// How much time passes then, at most; what is measured may be wrong by as much.
  let tick: Int64
  /// Moments are whole multiples of this, so that things happen at the same one. In nanoseconds.
  let grain: Int64
  /// How much longer than asked for a sleep takes, at most.
  let oversleep: Duration
  /// The client's clocks: how often, on average, one of them jumps; nil for never.
  let clockJumps: Duration?
  let jumps: [ClockJump]

  // MARK: People
  /// How long people come.
  let span: Duration
  let meanArrival: Duration
  let scopeCount: Int
  /// How often a caller waits no longer than so long.
  let deadline: Double
  let deadlines: ClosedRange<Duration>
  /// How often somebody looks how the client is doing, when all is quiet.
  let inspection: Double
  /// When the client is shut down, as a part of the span; nil for never.
  let shutdown: Double?
  let shutdownLimit: Duration
  let burst: Double
  let errands: [(Errand, Double)]
  let cancellation: Double
  /// How often somebody does something at just the moment at which an answer comes.
  let coincidence: Double
  /// How often somebody comes at just the moment at which a token turns stale, a window opens, a gate opens.
  let boundary: Double
  /// How often a token is used at once, and is reported where it is refused.
  let use: Double
  /// How often, on average, somebody reports a token for no reason; nil for never.
  let spite: Duration?

  // MARK: The server
  let lives: [(ClosedRange<Int64>, Double)]
  let oddLives: Double
  let revocations: Duration?
  let rotations: Duration?
  /// How long the server takes the old secret beside the new one.
  let overlap: Duration
  /// How long after the server the source has the new secret; negative for before.
  let sourceLag: ClosedRange<Duration>

  // MARK: The network
  let latency: ClosedRange<Duration>
  /// How often an exchange goes wrong, in fair weather and in a storm.
  let faults: Double
  let stormFaults: Double
  let storms: Duration?
  let stormLength: Duration
  let faultKinds: [(Fault, Double)]
  let waits: [(RequestedWait, Double)]
  /// A transport that ends an exchange only when it is over, whatever its port says about cancellation.
  let isDeaf: Bool

  // MARK: The source of the secret
  let secretDelay: ClosedRange<Duration>
  let secretFailure: Double

  // MARK: The client
  let skew: Duration
  let refreshesAhead: Bool
  let authentication: ClientAuthentication
  let closesOnOutage: Bool
  let maximumScopes: Int
  let jitter: RetryPolicy.Jitter

  /// How many scopes somebody holds a handle of.
  let handleCount: Int

  init(_ seed: UInt64) {
    var dice = Dice(seed, for: .traits)

    order = dice.pick(Conductor.Order.allCases)
    preemption = dice.pick([0, 0, 0.01, 0.1, 0.4])
    tick = preemption > 0 && dice.chance(0.3) ? 1_000_000 : 0
    grain = dice.pick([1, 1_000_000, 100_000_000, 500_000_000, 1_000_000_000])
    oversleep = dice.pick([.zero, .zero, .milliseconds(20), .seconds(2)])
    jumps = ClockJump.allCases.filter { _ in dice.chance(0.5) }
    clockJumps = !jumps.isEmpty && dice.chance(0.5) ? dice.pick([.seconds(20), .seconds(300), .seconds(3600)]) : nil

    meanArrival = .milliseconds(dice.pick([30, 100, 300, 1000, 3000, 10_000, 60_000]))
    let callCount = dice.pick([60, 150, 300])
    span = min(max(meanArrival * callCount, .seconds(30)), .seconds(6 * 3600))
    scopeCount = dice.pick([1, 1, 2, 3, 6, 12])
    deadline = dice.pick([0, 0.1, 0.6])
    deadlines = dice.pick([.zero ... .milliseconds(100), .seconds(1) ... .seconds(12), .zero ... .seconds(60)])
    inspection = dice.pick([0, 0.02, 0.2])
    shutdown = dice.chance(0.3) ? dice.pick([0.2, 0.9, 1]) : nil
    shutdownLimit = dice.pick([.zero, .seconds(1), .seconds(20), .seconds(90)])
    burst = dice.pick([0, 0.01, 0.03])
    errands = [
      (.token, 6), (.cached, dice.pick([0, 1, 6])), (.download, dice.pick([0, 2, 8])),
      (.withToken, dice.pick([0, 2, 8])), (.prewarm, dice.pick([0, 0, 1])),
    ]
    cancellation = dice.pick([0, 0.05, 0.3, 0.8])
    coincidence = dice.pick([0, 0.1, 0.5])
    boundary = dice.pick([0, 0.2, 0.9])
    use = dice.pick([0, 0.3, 1])
    spite = dice.chance(0.3) ? dice.pick([.seconds(2), .seconds(60)]) : nil

    let allLives: [ClosedRange<Int64>] = [1...3, 4...29, 30...60, 60...600, 3600...3600, 28_800...40_000_000]
    // Long enough for some to come within it, short enough for many in a span: so that windows are hit.
    let near = max(
      2, meanArrival.components.seconds * Int64(dice.pick([4, 20])),
      span.components.seconds / Int64(dice.pick([3, 30])))
    let isNear = dice.chance(0.5)
    lives =
      isNear
      ? [(near...(near * 2), 1)]
      : dice.chance(0.4) ? [(dice.pick(allLives), 1)] : allLives.map { ($0, dice.pick([0, 1, 4]) + 0.01) }
    oddLives = dice.pick([0, 0, 0.2])
    revocations = dice.chance(0.4) ? dice.pick([.seconds(5), .seconds(60), .seconds(1200)]) : nil
    rotations = dice.chance(0.4) ? dice.pick([.seconds(30), .seconds(600)]) : nil
    overlap = dice.pick([.zero, .seconds(10), .seconds(300)])
    sourceLag = dice.pick([.zero ... .zero, .seconds(-5) ... .seconds(-1), .zero ... .seconds(8)])

    latency = dice.pick([
      .zero ... .zero, .milliseconds(1) ... .milliseconds(40), .milliseconds(20) ... .seconds(2), .zero ... .seconds(9),
    ])
    faults = dice.pick([0, 0, 0.02, 0.2, 0.6])
    stormFaults = dice.pick([0.3, 0.9, 1])
    storms = dice.chance(0.5) ? span / dice.pick([2, 4, 20]) : nil
    stormLength = dice.pick([.seconds(3), .seconds(40), .seconds(600)])
    let isPicky = dice.chance(0.4)
    faultKinds = Fault.allCases.map { ($0, (isPicky ? dice.pick([0, 0, 0, 1]) : 1) + 0.001) }
    waits = RequestedWait.allCases.map { ($0, dice.pick([0, 1, 4]) + 0.01) }
    isDeaf = dice.chance(0.1)

    secretDelay = dice.pick([.zero ... .zero, .zero ... .milliseconds(5), .zero ... .seconds(3)])
    secretFailure = dice.pick([0, 0, 0, 0.05, 0.5])

    skew = dice.pick([.seconds(15), .seconds(15), .seconds(15), .zero, .seconds(5), .seconds(60)])
    refreshesAhead = dice.chance(0.85)
    authentication = dice.pick(ClientAuthentication.allCases)
    closesOnOutage = dice.chance(0.3)
    maximumScopes = dice.pick([1024, 1024, 1, 2, 4])
    handleCount = dice.pick([0, 1, 3])
    jitter = dice.pick([.none, .none, .full])
  }
}

/// What somebody wants of the client.
enum Errand: CaseIterable {
  case token, cached, download
  /// To use a token, and another one where it is refused.
  case withToken
  case prewarm
}

/// What becomes of the process's clocks.
enum ClockJump: CaseIterable {
  case suspendedBriefly, suspended, setBack, setForward, nudged
}

/// What goes wrong with an exchange.
enum Fault: CaseIterable {
  /// No connection.
  case refused
  /// The request reaches the server, its answer is lost.
  case answerLost
  /// Nothing comes, and the time runs out.
  case silence
  /// The head comes, the body does not in time.
  case slowBody
  /// The connection ends within the body.
  case brokenBody
  case tooLong
  /// A 2xx that is no token.
  case badBody
  case serverError
  case odd
  case busy
  case tooMany
  case timedOutByServer
  case forbidden
  case unauthorized
  case invalidClient
  case invalidRequest
  case redirect
}

/// How a server asks to be left alone.
enum RequestedWait: CaseIterable {
  case none, short, long, veryLong, zero
  case date, dateWithoutOrigin, oldDate, pastDate
  case nonsense
}
