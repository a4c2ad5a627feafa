import ServiceTokenDomain

/// A token that was issued, as the server knows it.
final class Issue: @unchecked Sendable {
  let number: Int
  let value: String
  let scope: String
  /// How long the client is to take it to live, in seconds.
  let life: Int64
  /// When the server takes it no more, by the true time.
  let end: Int64
  var isRevoked = false

  init(number: Int, value: String, scope: String, life: Int64, end: Int64) {
    (self.number, self.value, self.scope, self.life, self.end) = (number, value, scope, life, end)
  }
}

/// Member Center: it knows which secrets are good now and what it has issued, for what, until when.
final class Authority {
  /// Stands in every secret, so that one is found wherever it must not be.
  static let secretMark = "s3cr3t"
  /// Stands in every token.
  static let tokenMark = "t0k3n"
  static let clientID = "simulation"

  private let timeline: Timeline
  private let traits: Traits
  private var dice: Dice
  private var goodSecrets: Set<String> = []
  private var issues: [String: Issue] = [:]
  private var lastSecret = 0

  init(_ timeline: Timeline, _ traits: Traits, _ dice: Dice) {
    (self.timeline, self.traits, self.dice) = (timeline, traits, dice)
  }

  // MARK: - Secrets

  /// Makes a new secret and takes it from now on.
  func rotate() -> String {
    let secret = announce()
    begin(secret)
    return secret
  }

  /// Makes a new secret that is not taken yet.
  func announce() -> String {
    lastSecret += 1
    return "\(Authority.secretMark)-\(lastSecret)-+/=& %x"
  }

  /// Takes this secret from now on, and the ones before for as long as they overlap.
  func begin(_ secret: String) {
    let old = goodSecrets
    goodSecrets.insert(secret)
    timeline.after(traits.overlap.nanoseconds) { [self] in goodSecrets.subtract(old) }
  }

  // MARK: - Tokens

  /// Whether a resource server would take this token.
  func accepts(_ value: String, for scope: String) -> Bool {
    guard let issue = issues[value] else { return false }
    return !issue.isRevoked && timeline.trueTime < issue.end && issue.scope == scope
  }

  /// Takes back one token in two, or all.
  func revoke() -> Int {
    let isAll = dice.chance(0.3)
    var count = 0
    for issue in issues.values.sorted(by: { $0.number < $1.number })
    where !issue.isRevoked && timeline.trueTime < issue.end {
      guard isAll || dice.chance(0.5) else { continue }
      issue.isRevoked = true
      count += 1
    }
    return count
  }

  // MARK: - Answers

  func answer(_ request: ReceivedRequest) -> Answer {
    switch request.content {
    case .token(let scope, let secret):
      guard goodSecrets.contains(secret) else { return .refusal(401, "invalid_client") }
      return issue(for: scope)
    case .download(let bearer):
      guard accepts(bearer, for: Call.delegation) else { return .refusal(401, "invalid_token") }
      let value = "\(Authority.tokenMark)-download-\(dice.next())"
      return Answer(
        status: dice.chance(0.9) ? 200 : 201, body: #"{"token":"\#(value)","expires_in_seconds":60}"#, isGood: true)
    }
  }

  private func issue(for scope: String) -> Answer {
    let number = issues.count + 1
    let value = "\(Authority.tokenMark)-\(number)"
    let seconds = dice.nanoseconds(.zero ... .nanoseconds(1_000_000_000))
    let range = dice.pick(weighted: traits.lives)
    let life = range.lowerBound + seconds % (range.upperBound - range.lowerBound + 1)
    var text = "\(life)"
    if dice.chance(traits.oddLives) {
      text = dice.pick([#""\#(life)""#, "\(life).9", #""\#(life).25""#, "\(life)0e-1"])
    }
    let issue = Issue(
      number: number, value: value, scope: scope, life: min(life, 365 * 86_400),
      end: timeline.trueTime + life * 1_000_000_000)
    issues[value] = issue
    return Answer(
      status: dice.chance(0.9) ? 200 : 201,
      body: #"{"access_token":"\#(value)","token_type":"Bearer","expires_in":\#(text)}"#, isGood: true, issue: issue)
  }
}

/// What a server answers, and what is to be made of it.
struct Answer {
  var status: Int
  var headers = HTTPHeaders()
  var body = ""
  var end = HTTPResponse.End.complete
  /// Whether it holds what was asked for.
  var isGood = false
  var issue: Issue?
  /// The code that its body gives.
  var oauthError: String?
  var requestedWait: ServersWait?

  static func refusal(_ status: Int, _ code: String) -> Answer {
    Answer(status: status, body: #"{"error":"\#(code)"}"#, oauthError: code)
  }
}

/// How long a server asks to be left alone.
enum ServersWait: Sendable {
  case seconds(Int64)
  /// Until a date, which counts from the client's own wall clock, in seconds since 1970.
  case until(Int64)

  /// From when the wall clock says `wall`.
  func duration(wall: Int64) -> Duration {
    switch self {
    case .seconds(let seconds): .seconds(min(seconds, 365 * 86_400))
    case .until(let date): .seconds(min(max(date - wall / 1_000_000_000, 0), 365 * 86_400))
    }
  }
}
