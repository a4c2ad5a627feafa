import ServiceTokenDomain

/// Sees all that goes through the client's ports and all that its callers get, and says what must not be.
///
/// It never asks the client. What it holds to be true stands in four files: what one fetch has to do (``Course``), what
/// flights may be there at the same time (`Observer+Flights`), what a caller may get (`Observer+Calls`), and what must
/// hold whenever nothing can go on until time passes (`Observer+Quiet`).
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
  var calls: [Int: Call] = [:]
  var flights: [TaskID: Flight] = [:]
  /// Those that are not over.
  var flying: [Flight] = []
  var lastFlight = 0
  /// Failures of fetches whose scope no request has shown.
  var namelessFailures: [Flight] = []
  /// Tokens that a server has just refused.
  var refused: [TokenFacts] = []
  /// When somebody was last cancelled, and when a clock last jumped.
  var lastCancellation: Int64 = -1 << 60
  var lastJump: Int64 = -1 << 60

  init(_ timeline: Timeline, _ traits: Traits, _ tally: Tally) {
    (self.timeline, self.traits, self.tally) = (timeline, traits, tally)
  }

  var now: Reading { timeline.now }
  /// How much a time that the client measured may differ from ours.
  var slack: Duration { .nanoseconds(traits.tick * 64) }

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
    if violations.count < 5 { violations.append("\(what) (at \(clock))") }
  }

  private var clock: String {
    let milliseconds = now.monotonic / 1_000_000
    return "\(milliseconds / 1000).\(String(milliseconds % 1000 + 1000).dropFirst()) s"
  }

  /// Whether a moment of the client's may be the same as `moment`: time passes only while all wait.
  func isNow(_ moment: Int64) -> Bool { abs(now.monotonic - moment) <= slack.nanoseconds }

  func facts(_ scope: String) -> ScopeFacts {
    if let facts = scopes[scope] { return facts }
    let facts = ScopeFacts(scope)
    scopes[scope] = facts
    return facts
  }

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
    note("log \(event.name.dropFirst(24)) \(event.fields.map { "\($0.name)=\($0.value)" }.joined(separator: " "))")
  }
}

/// What is known about one scope.
final class ScopeFacts {
  /// A `Retry-After` that the server gave to this scope's fetch.
  struct Gate {
    let until: Reading
    let flight: Flight
    let failure: Failure
  }

  let scope: String
  /// The tokens that came, the last one last.
  var tokens: [TokenFacts] = []
  /// The fetches that failed, the last one last.
  var failures: [Flight] = []
  /// All fetches of late.
  var flights: [Flight] = []
  /// The latest fetch whose token somebody has.
  var newestReceived = 0
  /// When somebody last read a token in its window.
  var lastRead: Int64 = -1 << 60
  var gate: Gate?
  var failedRefreshes = 0
  /// Until then no refresh may begin.
  var pacedUntil: Reading?
  /// The newest token that a server refused.
  var newestRefused = 0

  init(_ scope: String) { self.scope = scope }

  /// The token that the client holds for certain.
  var held: TokenFacts? {
    guard let last = tokens.last, last.isReceived, !last.isReported, last.droppedAt == nil else { return nil }
    return last
  }
}
