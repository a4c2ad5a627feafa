import ServiceTokenDomain

/// Sees all that goes through the client's ports and all that its callers get, and says what must not be.
///
/// It never asks the client. What it holds to be true stands in five files: what one call has to do (``Course``), when
/// fetches may go out at all (``GateModel``), what fetches may be there at the same time (`Observer+Flights`), what a
/// caller may get (`Observer+Calls`, `Observer+Uses`), and what must hold whenever nothing can go on until time passes
/// (`Observer+Quiet`).
final class Observer {
  let timeline: Timeline
  let traits: Traits
  let tally: Tally

  /// How many things were seen so far.
  private(set) var step = 0
  /// Two runs that saw the same have the same one.
  private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325
  private(set) var violations: [String] = []
  /// Takes a line about each thing that is seen; nil when nobody wants to know.
  var trace: ((String) -> Void)?

  // MARK: What is known

  var scopes: [String: ScopeFacts] = [:]
  var tokens: [String: TokenFacts] = [:]
  /// Those that have no answer yet.
  var calls: [Int: Call] = [:]
  var flights: [TaskID: Flight] = [:]
  /// How many scopes are awaited now, and how many were awaited or fetched at one time at most.
  var awaitedCount = 0
  var mostAwaited = 0
  /// How often all was quiet.
  var quietCount = 0
  /// Those that are not over.
  var flying: [Flight] = []
  var lastFlight = 0
  var gate: GateModel
  /// Failures of fetches whose scope no request has shown.
  var namelessFailures: [Flight] = []
  /// Tokens that a server has just refused, and whether they may be protected from that.
  var refused: [(token: TokenFacts, mayBeProtected: Bool)] = []
  /// How many sleep who are neither a fetch nor a call.
  var sleeperCount = 0
  /// When somebody was last cancelled, and when a clock last jumped.
  var lastCancellation: Int64 = -1 << 60
  var lastJump: Int64 = -1 << 60
  /// When a fetch last ended.
  var lastLanding: Int64 = -1 << 60
  /// When the client was told to shut down, and when it had.
  var closing: Moment?
  var closed: Moment?

  init(_ timeline: Timeline, _ traits: Traits, _ tally: Tally) {
    (self.timeline, self.traits, self.tally) = (timeline, traits, tally)
    gate = GateModel(
      closesOnOutage: traits.closesOnOutage, slack: .nanoseconds(traits.tick * Int64(Self.mostTicks)))
  }

  var now: Reading { timeline.now }
  /// How much a time that the client measured may differ from ours.
  var slack: Duration { .nanoseconds(traits.tick * Int64(Self.mostTicks)) }
  /// How often time passes at most before all is quiet.
  static let mostTicks = 32
  /// Whether another thread may have got in where nobody could see it, and cancelled something.
  var mayHaveCancelled: Bool { traits.preemption > 0 && isNow(lastCancellation) }
  /// Whether it is certain in which order the fetches of this moment ended, and that they had not been given up.
  var isOrderSure: Bool { traits.preemption == 0 || !isNow(lastLanding) && !isNow(lastCancellation) }
  /// Whether scopes may have been forgotten for others.
  var mayHaveEvicted: Bool { scopes.count + traits.handleCount > traits.maximumScopes }

  /// Something happened.
  @discardableResult
  func note(_ what: @autoclosure () -> String) -> Moment {
    step += 1
    digest = (digest ^ UInt64(bitPattern: now.monotonic)) &* 0x100_0000_01B3
    digest = (digest ^ UInt64(bitPattern: now.wall)) &* 0x100_0000_01B3
    if let trace { trace("\(step) \(clock) \(what())") }
    return Moment(reading: now, step: step)
  }

  func violation(_ what: String) {
    note("VIOLATION: \(what)")
    if violations.count < 5 { violations.append("\(what) (step \(step), at \(clock))") }
  }

  private var clock: String {
    let milliseconds = now.monotonic / 1_000_000
    return "\(milliseconds / 1000).\(String(milliseconds % 1000 + 1000).dropFirst()) s"
  }

  /// Whether a moment of the client's may be the same as this one: time passes only while all wait.
  func isNow(_ moment: Int64) -> Bool { abs(now.monotonic - moment) <= slack.nanoseconds }

  /// Whether two moments of the client's may be the same one.
  func isSame(_ left: Moment, _ right: Moment) -> Bool {
    abs(left.reading.monotonic - right.reading.monotonic) <= slack.nanoseconds
  }

  func facts(_ scope: String) -> ScopeFacts {
    if let facts = scopes[scope] { return facts }
    let facts = ScopeFacts(scope)
    scopes[scope] = facts
    return facts
  }

  /// The token of `scope` that the client holds for certain.
  func held(_ scope: ScopeFacts) -> TokenFacts? { mayHaveEvicted ? nil : scope.held }

  // MARK: - What must never be seen

  /// No text that anybody may read holds a secret or a token.
  func checkText(_ text: @autoclosure () -> String, of what: @autoclosure () -> String) {
    let text = text()
    if text.contains(Authority.secretMark) || text.contains(Authority.tokenMark) {
      violation("\(what()) shows a secret or a token")
    }
  }

  func logged(_ event: LogEvent) {
    tally.count(.event)
    for field in event.fields {
      guard case .string(let text) = field.value else { continue }
      checkText(text, of: "the event \(event.name)")
    }
    note("log \(event.name) \(event.fields.map { "\($0.name)=\($0.value)" }.joined(separator: " "))")
  }

  func happened(_ event: ClientEvent) {
    tally.count(.clientEvent("\(event.kind)"))
    checkText("\(event)", of: "the event \(event.kind)")
    note("event \(event.kind)\(event.request.map { " of \($0.scope)" } ?? "")")
  }

  // MARK: - The clocks

  func jumps(_ jump: ClockJump) {
    tally.count(.jumped(jump))
    lastJump = now.monotonic
    gate.clockJumped(at: now)
    note("clock: \(jump)")
  }

  // MARK: - The end of the client

  func closing(within limit: Duration) {
    tally.count(.shutDown)
    closing = note("shutdown begins, within \(limit)")
  }

  func hasClosed() {
    closed = note("shutdown is over")
    guard let closing else { return }
    let took = Duration.nanoseconds(now.monotonic - closing.reading.monotonic)
    if took > traits.shutdownLimit + traits.oversleep + slack { violation("a shutdown took \(took)") }
  }
}
