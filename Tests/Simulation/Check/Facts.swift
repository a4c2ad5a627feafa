import ServiceTokenDomain

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
  let scope: String

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
  var course = Course(.download)
  var bearers: [TokenFacts] = []
  /// How many ports this call itself waits for.
  var portCount = 0

  init(_ number: Int, _ errand: Errand, scope: String) {
    (self.number, self.errand, self.scope) = (number, errand, scope)
  }
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
  /// By either clock.
  func isDue(at now: Reading) -> Bool { !now.isBeforeByBoth(refreshFrom) }
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
  /// The scopes that somebody waited for then, and those whose token somebody had just read in its window.
  let wanted: Set<String>
  let read: Set<String>
  /// The scopes of which a fresh token was there for certain.
  let held: Set<String>

  /// Known from its first request on.
  var scope: String?
  var state = State.running
  var lastReturn: Int
  var isCancelled = false
  var course = Course(.serviceToken)
  var secret: String?
  /// When it ended, with a token or a failure.
  var landed: Moment?
  var isFailureReceived = false

  init(_ number: Int, _ began: Moment, wanted: Set<String>, read: Set<String>, held: Set<String>) {
    (self.number, self.began, self.wanted, self.read, self.held) = (number, began, wanted, read, held)
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

  var scope: String? {
    switch owner {
    case .flight(let flight): flight.scope
    case .call: nil
    }
  }
}
