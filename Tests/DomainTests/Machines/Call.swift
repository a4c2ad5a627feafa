import ServiceTokenDomain
import Testing

/// The three ways to authorize, as a test's argument.
enum Authorization: CaseIterable, Sendable {
  case none, client, bearer

  func of(_ scope: String) throws -> EndpointAuthorization {
    switch self {
    case .none: .none
    case .client: .clientCredentials
    case .bearer: .bearer(try .of(scope))
    }
  }
}

/// A call machine with a clock of its own, driven over waits and credentials to the next request.
struct Call {
  var machine: CallMachine
  var now = Reading.start
  /// Every instruction since the beginning, in words.
  var said: [String] = []
  /// What `obtainCredential` brings, the last again and again.
  var credentials: [CallMachine.CredentialFacts]
  var secretDiffers: Bool
  var refusal: TokenMachine.Refusal
  /// The random number of every wait.
  var random: UInt64

  init(
    codes: FailureCodes = .serviceToken, authorization: Authorization = .none, label: String? = "label",
    policy: RetryPolicy = .standard, limit: Duration? = nil,
    credentials: [CallMachine.CredentialFacts] = [.init(isFromCache: true)], secretDiffers: Bool = false,
    refusal: TokenMachine.Refusal = .dropped, random: UInt64 = 0
  ) throws {
    machine = CallMachine(
      CallMachine.Plan(
        endpoint: "test", label: label, failureCodes: codes, authorization: try authorization.of("a"), policy: policy,
        limit: limit))
    self.credentials = credentials
    self.secretDiffers = secretDiffers
    self.refusal = refusal
    self.random = random
    _ = settle(machine.begun(at: now))
  }

  /// Carries out what needs no answer, until the machine wants to send or to end.
  @discardableResult mutating func settle(_ first: CallMachine.Step) -> CallMachine.Step {
    var step = first
    var events = first.events
    while true {
      said.append(step.action.word)
      switch step.action {
      case .obtainCredential:
        let credential = credentials.count > 1 ? credentials.removeFirst() : credentials[0]
        step = machine.authorized(with: credential, at: now)
      case .wait(let duration):
        now = now.advanced(by: duration)
        step = machine.waited(at: now)
      case .rereadSecret: step = machine.secretReread(differs: secretDiffers, at: now)
      case .reportRefusal: step = machine.refusalReported(refusal, at: now)
      default:
        step.events = events
        return step
      }
      events += step.events
    }
  }

  @discardableResult mutating func answered(_ answer: AnswerFacts, duration: Duration = .zero) -> CallMachine.Step {
    now = now.advanced(by: duration)
    return settle(machine.answered(answer, duration: duration, at: now, random: random))
  }

  @discardableResult mutating func lost(
    _ failure: TransportFailure = TransportFailure(.connect), duration: Duration = .zero
  ) -> CallMachine.Step {
    now = now.advanced(by: duration)
    return settle(machine.lost(failure, duration: duration, at: now, random: random))
  }

  func cancelled(duration: Duration = .zero) -> CallMachine.Step { machine.cancelledOnTheWire(duration: duration) }

  /// The error after this answer to every request.
  mutating func answeredToTheEnd(_ answer: AnswerFacts) -> ServiceTokenError? {
    toTheEnd { $0.answered(answer) }
  }

  /// The error after this loss of every request.
  mutating func lostToTheEnd(_ failure: TransportFailure) -> ServiceTokenError? {
    toTheEnd { $0.lost(failure) }
  }

  private mutating func toTheEnd(_ happen: (inout Call) -> CallMachine.Step) -> ServiceTokenError? {
    for _ in 0..<10 {
      if case .fail(let error) = happen(&self).action { return error }
    }
    return nil
  }
}

extension CallMachine.Action {
  var word: String {
    switch self {
    case .obtainCredential(let limit): limit.map { "obtain \($0.components.seconds)" } ?? "obtain"
    case .send(let timeout): "send \(timeout.components.seconds)"
    case .wait(let duration): "wait \(duration.components.seconds)"
    case .rereadSecret: "reread"
    case .reportRefusal: "report"
    case .read: "read"
    case .fail(let error): "fail \(error.code) \(error.attempts)"
    case .stop: "stop"
    }
  }
}

extension CallMachine.Step {
  var shapes: [String] { events.map(\.shape) }
}
