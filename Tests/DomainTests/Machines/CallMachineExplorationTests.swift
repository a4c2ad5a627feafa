import ServiceTokenDomain
import TestSupport
import Testing

/// Everything that can happen to a call, in every order: what comes next is foretold from SPEC's words, by counting.
@Suite struct CallMachineExplorationTests {
  /// What can become of a request, with all that SPEC says about it.
  private struct Happening {
    var answer: AnswerFacts?
    var isRetried = false
    /// What the server asks for, where its status lets that count.
    var retryAfter: Int64 = 0
    var asksForSecret = false

    var isSuccess: Bool { !isRetried && answer.map { 200..<300 ~= $0.status } == true }

    static let all: [Happening] =
      [
        Happening(answer: nil, isRetried: true),
        Happening(answer: AnswerFacts(status: 200, brokenOff: TransportFailure(.brokenOff)), isRetried: true),
        Happening(answer: AnswerFacts(status: 401), asksForSecret: true),
        Happening(answer: AnswerFacts(status: 403), asksForSecret: true),
        Happening(answer: AnswerFacts(status: 400, oauthError: .invalidClient), asksForSecret: true),
        Happening(answer: AnswerFacts(status: 500, retryAfter: .seconds(9)), isRetried: true),
        Happening(answer: AnswerFacts(status: 429), isRetried: true),
      ]
      + [1, 5, 6].map {
        Happening(answer: AnswerFacts(status: 503, retryAfter: .seconds($0)), isRetried: true, retryAfter: $0)
      }
      + [200, 302, 404, 499].map { Happening(answer: AnswerFacts(status: $0, retryAfter: .seconds(2))) }
  }

  /// A call so far, as somebody would keep it with pencil and paper. Time is in seconds since the first request.
  private struct Path {
    var machine: CallMachine
    var sends = 0
    var elapsed: Int64 = 0
    var hasRecovered = false
    var isFromCache = true
    var words: [String] = []

    var now: Reading { .start.after(elapsed) }
  }

  private struct Exploration {
    let authorization: Authorization
    var paths = 0
    var faults: [String] = []

    private mutating func expect(_ isTrue: Bool, _ fault: String, _ path: Path) {
      if !isTrue { faults.append("\(fault): \(path.words)") }
    }

    mutating func begin() throws {
      let plan = CallMachine.Plan(
        endpoint: "test", label: "label", failureCodes: .serviceToken, authorization: try authorization.of("a"))
      var path = Path(machine: CallMachine(plan))
      let step = path.machine.begun(at: path.now)
      switch (authorization, step.action) {
      case (.none, .send): sent(path, step)
      case (.client, .obtainCredential), (.bearer, .obtainCredential):
        for isFromCache in [true, false] {
          var path = path
          path.isFromCache = isFromCache
          let step = path.machine.authorized(with: .init(isFromCache: isFromCache), at: path.now)
          sent(path, step)
        }
      default: expect(false, "begins with \(step.action.word)", path)
      }
    }

    /// The machine must want to send now: one more request, within the time.
    private mutating func sent(_ path: Path, _ step: CallMachine.Step) {
      guard case .send(let timeout) = step.action else { return expect(false, "no request: \(step.action.word)", path) }
      let limit = min(10, 35 - path.elapsed)
      var path = path
      path.sends += 1
      expect(timeout == .seconds(limit) && limit > 0, "time-out \(timeout)", path)
      expect(path.sends <= 3, "\(path.sends) requests", path)
      for happening in Happening.all {
        for duration in Set([0, min(9, limit), limit]) { happened(happening, after: duration, path) }
      }
    }

    private mutating func happened(_ happening: Happening, after duration: Int64, _ path: Path) {
      var path = path
      path.elapsed += duration
      path.words.append("\(happening.answer?.status ?? 0)/\(happening.retryAfter) after \(duration)")
      let step =
        happening.answer.map { path.machine.answered($0, duration: .seconds(duration), at: path.now) }
        ?? path.machine.lost(TransportFailure(.timeOut), duration: .seconds(duration), at: path.now)
      let attempt = step.events.first?["attempt"]
      expect(
        attempt == .int(path.sends) || attempt == nil && happening.answer?.brokenOff != nil,
        "attempt \(String(describing: attempt))", path)

      if happening.isSuccess {
        if case .read = step.action {} else { expect(false, "not read: \(step.action.word)", path) }
        let rejected = path.machine.rejected(.unparsable("r"), status: 200)
        ended(rejected, happening, isExhausted: false, path)
      } else if happening.isRetried {
        retried(happening, step, path)
      } else {
        refused(happening, step, path)
      }
    }

    private mutating func retried(_ happening: Happening, _ step: CallMachine.Step, _ path: Path) {
      if path.sends == 3 { return ended(step, happening, isExhausted: true, path) }
      if happening.retryAfter > 5 { return ended(step, happening, isExhausted: false, path) }
      let wait = max(path.sends == 1 ? 1 : 2, happening.retryAfter)
      if path.elapsed + wait >= 35 { return ended(step, happening, isExhausted: true, path) }
      guard case .wait(.seconds(wait)) = step.action else { return expect(false, "no wait: \(step.action.word)", path) }
      expect(step.events.count == 1, "events", path)
      var path = path
      path.elapsed += wait
      path.words.append("waited \(wait)")
      let next = path.machine.waited(at: path.now)
      sent(path, next)
    }

    private mutating func refused(_ happening: Happening, _ step: CallMachine.Step, _ path: Path) {
      switch (authorization, step.action) {
      case (.client, .rereadSecret):
        expect(happening.asksForSecret && !path.hasRecovered && path.sends < 3, "reread", path)
        var same = path
        ended(same.machine.secretReread(differs: false, at: path.now), happening, isExhausted: false, path)
        var other = path
        other.hasRecovered = true
        other.words.append("another secret")
        let next = other.machine.secretReread(differs: true, at: other.now)
        other.elapsed < 35 ? sent(other, next) : ended(next, happening, isExhausted: false, other)
      case (.bearer, .reportRefusal):
        expect(happening.answer?.status == 401, "report", path)
        for refusal in [TokenMachine.Refusal.dropped, .superseded, .kept] { reported(refusal, happening, path) }
      default:
        let isRecoverable =
          authorization == .client && happening.asksForSecret && !path.hasRecovered && path.sends < 3
          || authorization == .bearer && happening.answer?.status == 401
        expect(!isRecoverable, "no recovery", path)
        ended(step, happening, isExhausted: false, path)
      }
    }

    private mutating func reported(_ refusal: TokenMachine.Refusal, _ happening: Happening, _ path: Path) {
      var path = path
      path.words.append("\(refusal)")
      let step = path.machine.refusalReported(refusal, at: path.now)
      let isRecovery =
        path.isFromCache && refusal != .kept && !path.hasRecovered && path.sends < 3 && path.elapsed < 35
      guard isRecovery else { return ended(step, happening, isExhausted: false, path) }
      guard case .obtainCredential = step.action else { return expect(false, "no recovery", path) }
      path.hasRecovered = true
      for (isFromCache, duration) in [(false, 0), (true, 1), (false, 36)] as [(Bool, Int64)] {
        var path = path
        path.isFromCache = isFromCache
        path.elapsed += duration
        let next = path.machine.authorized(with: .init(isFromCache: isFromCache), at: path.now)
        path.elapsed < 35 ? sent(path, next) : ended(next, happening, isExhausted: false, path)
      }
    }

    private mutating func ended(_ step: CallMachine.Step, _ last: Happening, isExhausted: Bool, _ path: Path) {
      paths += 1
      guard case .fail(let error) = step.action else { return expect(false, "no end: \(step.action.word)", path) }
      let exhausted = step.events.filter { $0.name == "conversion.mc_token.retry_exhausted" }
      expect(exhausted.count == (isExhausted ? 1 : 0), "retry_exhausted", path)
      expect(!isExhausted || exhausted.first?["attempts"] == .int(path.sends), "attempts", path)
      expect(error.attempts == path.sends, "the error says \(error.attempts) attempts", path)
      expect(error.status == last.answer?.status, "the error says \(String(describing: error.status))", path)
      expect(error.retryAfter == (last.retryAfter > 0 ? .seconds(last.retryAfter) : nil), "Retry-After", path)
      expect(
        path.elapsed <= 35 || path.words.last == "dropped" || path.words.last == "superseded", "\(path.elapsed) s", path
      )
      let code: ServiceTokenError.Code =
        switch last.answer?.status {
        case 401, 403: .serviceClientUnauthorized
        case 302, 400, 404, 499: .idpMisconfigured
        default: .idpUnavailable
        }
      expect(error.code == code, "\(error.code)", path)
    }
  }

  @Test(
    "R1: in every course of a call at most 3 requests and 35 s, and R7: the last error says how many", .apart,
    arguments: [(Authorization.none, 10_000), (.client, 50_000), (.bearer, 50_000)])
  func everyCourse(authorization: Authorization, atLeast: Int) throws {
    var exploration = Exploration(authorization: authorization)
    try exploration.begin()
    #expect(exploration.faults.first == nil)
    #expect(exploration.faults.isEmpty)
    #expect(exploration.paths > atLeast)
  }
}
