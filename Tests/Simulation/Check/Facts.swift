import ServiceTokenDomain

// The classes here are unchecked, because a simulation has one thread: it runs the client's tasks and the observer alike.

/// A moment as the observer counts: by the clocks, and by the number of things that it had seen.
struct Moment {
  let reading: Reading
  let step: Int
}

/// Somebody's call of the client.
final class Call: @unchecked Sendable {
  /// The scope that downloads need.
  static let delegation = "files:download.delegate"

  /// The call that the running task makes. A fetch that many share belongs to none, so there it must not be seen.
  @TaskLocal static var current: Call?

  let number: Int
  let errand: Errand
  /// What it needs tokens of; one, but for a prewarming.
  let scopes: [ScopeFacts]
  /// How long it wants to wait.
  let limit: Duration?

  var began: Moment?
  var ended: Moment?
  /// When it last began to want a token: at its beginning, and where a server refused the one that it had.
  var wantsSince: Moment?
  /// When it was cancelled; before it began, where it was so then.
  var cancelled: Moment?

  /// A fresh token that was there when it began, so that it has to get this one or a newer one, at once.
  var promise: TokenFacts?
  /// The fetch whose token somebody already had then: it must not get an older one.
  var floor = 0

  /// What a download goes through.
  var course: Course?
  /// The tokens that it had, the last one last.
  var tokens: [TokenFacts] = []
  /// Whether a server refused the last of them.
  var isRefused = false
  /// Whether that was of no consequence.
  var isKept = false
  /// How many things it waits for that are no token.
  var elsewhere = 0

  init(_ number: Int, _ errand: Errand, scopes: [ScopeFacts], limit: Duration?) {
    (self.number, self.errand, self.scopes, self.limit) = (number, errand, scopes, limit)
  }

  var scope: ScopeFacts { scopes[0] }
  /// Whether it waits for a token, if it has not got it at once.
  var wantsToken: Bool { elsewhere == 0 && errand != .cached }
}

/// A token that the network brought to the client.
final class TokenFacts {
  let issue: Issue
  let flight: Flight
  let sentAt: Reading
  let refreshFrom: Reading
  let freshUntil: Reading
  /// Its answer was back.
  let landed: Moment

  /// Somebody got it: from here on it is certain that the client holds it.
  var isReceived = false
  /// The fetch was given up before it came: nobody may get it.
  var isOrphan = false
  /// Somebody began to report it, or a server refused it: it need not be handed out any more.
  var isReported = false
  /// Until then no refusal drops it, because the one before it was refused too (SPEC D7).
  var protectedUntil: Reading?
  /// Who begins after this step must not get it.
  var droppedAt: Int?

  init(_ issue: Issue, _ flight: Flight, sentAt: Reading, landed: Moment, _ traits: Traits) {
    (self.issue, self.flight, self.sentAt, self.landed) = (issue, flight, sentAt, landed)
    let life = issue.life * 1_000_000_000
    let skew = min(traits.skew.nanoseconds, life / 2)
    let window = max(life / 2, life - skew - min(300_000_000_000, life / 5))
    refreshFrom = traits.refreshesAhead ? sentAt.later(by: window) : Reading(monotonic: 1 << 62, wall: 1 << 62)
    freshUntil = sentAt.later(by: life - skew)
  }

  /// By both clocks (SPEC S6).
  func isFresh(at now: Reading) -> Bool { now.isBeforeByBoth(freshUntil) }
  /// By either clock; the client may find so later, by jitter.
  func mayBeDue(at now: Reading) -> Bool { !now.isBeforeByBoth(refreshFrom) }
}

extension Reading {
  func later(by nanoseconds: Int64) -> Reading {
    Reading(monotonic: monotonic + nanoseconds, wall: wall + nanoseconds)
  }

  func isBeforeByBoth(_ other: Reading) -> Bool { monotonic < other.monotonic && wall < other.wall }
}

/// A fetch that many may share: all that one task of the client does at the ports.
final class Flight: @unchecked Sendable {
  enum State {
    /// It waits for a port.
    case waiting
    /// It goes on, or is over: that shows when all is quiet.
    case running
    case over
  }

  let number: Int
  let began: Moment
  /// The scopes that somebody waited for then, and those of which a fetch may fly for nobody: somebody has just read its
  /// token in its window, or had no more time to wait.
  let wanted: Set<ScopeFacts>
  let read: Set<ScopeFacts>
  /// The scopes of which a fresh token was there for certain.
  let held: Set<ScopeFacts>

  /// Known from its first request on.
  var scope: ScopeFacts?
  var state = State.running
  var lastReturn: Int
  var isCancelled = false
  /// One who waited for it ran out of time: it goes on, if need be for nobody.
  var mayFlyAlone = false
  /// That is certain.
  var mustFlyAlone = false
  var course: Course
  var secret: String?
  /// When it ended, with a token or a failure.
  var landed: Moment?

  init(
    _ number: Int, _ began: Moment, _ course: Course, wanted: Set<ScopeFacts>, read: Set<ScopeFacts>,
    held: Set<ScopeFacts>
  ) {
    (self.number, self.began, self.course) = (number, began, course)
    (self.wanted, self.read, self.held) = (wanted, read, held)
    lastReturn = began.step
  }

  var isAlive: Bool { state == .waiting && !isCancelled }
  /// Somebody wanted it, for certain or perhaps.
  var mayBeDemand: Bool { scope.map { wanted.contains($0) } ?? true }
  var mayBeRefresh: Bool { scope.map { read.contains($0) } ?? true }
}

/// One request and its answer.
final class Exchange: @unchecked Sendable {
  enum Owner {
    case flight(Flight)
    case call(Call)
  }

  let owner: Owner
  let sentAt: Moment

  init(_ owner: Owner, _ sentAt: Moment) { (self.owner, self.sentAt) = (owner, sentAt) }

  /// The scope for whose token it is, or in need of which.
  var scope: String {
    switch owner {
    case .flight(let flight): flight.scope?.name ?? ""
    case .call: Call.delegation
    }
  }
}

/// What is known about one scope.
final class ScopeFacts: Hashable {
  let name: String
  /// The tokens that came, the last one last.
  private(set) var tokens: [TokenFacts] = []
  /// The fetches that failed, the last one last.
  private(set) var failures: [Flight] = []
  /// All fetches of late.
  private(set) var flights: [Flight] = []
  /// The latest fetch whose token somebody has.
  var newestReceived = 0
  /// When somebody last read a token in its window.
  var lastRead: Int64 = -1 << 60
  /// When somebody last stopped waiting because his time was over.
  var lastGivenUp: Int64 = -1 << 60
  /// How many fetches in a row have failed for certain, and until when no refresh may begin.
  var failuresInARow = 0
  var pausedUntil: Reading?
  /// The newest token that a server refused, and whether it is certain that none has come since.
  var newestRefused = 0
  var wasRefused = false

  /// How many calls that have no answer are about it.
  var callCount = 0
  /// The last time that all was quiet and somebody waited for it, and that a fetch of it flew.
  var lastWanted = 0
  var lastFlying = 0

  init(_ name: String) { self.name = name }

  func add(_ token: TokenFacts) { Self.append(token, to: &tokens) }
  func addFailure(_ flight: Flight) { Self.append(flight, to: &failures) }
  func add(_ flight: Flight) { Self.append(flight, to: &flights) }

  /// Of what was long ago nobody asks.
  private static func append<Element>(_ element: Element, to list: inout [Element]) {
    list.append(element)
    if list.count > 32 { list.removeFirst(16) }
  }

  static func == (left: ScopeFacts, right: ScopeFacts) -> Bool { left === right }
  func hash(into hasher: inout Hasher) { hasher.combine(name) }

  /// The token that the client holds for certain, if it remembers the scope.
  var held: TokenFacts? {
    guard let last = tokens.last, last.isReceived, !last.isReported, last.droppedAt == nil else { return nil }
    return last
  }
}
