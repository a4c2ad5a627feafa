public import ServiceTokenDomain
import ServiceTokenPorts

/// Tokens without a client: what a test gives to code that takes `some ServiceTokenProvider`.
///
/// ```
/// let tokens = InMemoryTokenProvider()
/// let jobs = JobService(tokens: tokens)
/// tokens.fail(with: ServiceTokenError(.idpUnavailable, "down"))
/// ```
/// Each scope has a token at once: `in-memory-1` the first that is asked for, `in-memory-2` the next. It is cached until it
/// is invalidated, and never expires. Nothing is retried or waited for, and limits mean nothing: a test of *when* takes a
/// client and a ``ManualClock``.
///
/// It may be used from any number of tasks and threads at once.
public final class InMemoryTokenProvider: ServiceTokenProvider {
  private struct Key: Hashable {
    var endpoint: EndpointName
    var request: TokenRequest
  }

  private struct State: Sendable {
    var failure: (any Error)?
    var cached: [Key: AccessToken] = [:]
    var issuedCount = 0
    var answers: [EndpointName: HTTPResponse] = [:]
    var requests: [TokenRequest] = []
    var invalidatedCount = 0
  }

  private let state = Locked(State())
  // Far ahead, so that what looks at the date finds nothing expired.
  private let sentAt = ManualClock(wall: 4_102_444_800_000_000_000).now()

  /// Makes a provider whose tokens can be had.
  public init() {}

  // MARK: - What a test tells it

  /// Throws `error` from now on, whatever is asked for, until ``recover()``. What is cached stays.
  public func fail(with error: any Error) { state.withLock { $0.failure = error } }

  /// Ends ``fail(with:)``.
  public func recover() { state.withLock { $0.failure = nil } }

  /// Answers calls of `endpoint` so from now on. What follows from it is what would follow from a server's answer to a
  /// single attempt: an error by its status, or what the kind that is called reads in it.
  public func answer(_ endpoint: EndpointName, with response: HTTPResponse) {
    state.withLock { $0.answers[endpoint] = response }
  }

  // MARK: - What it saw

  /// What tokens were waited for so far, in order, those included that were cached or failed.
  public var requests: [TokenRequest] { state.withLock { $0.requests } }

  /// How many cached tokens were invalidated.
  public var invalidatedCount: Int { state.withLock { $0.invalidatedCount } }
}

// MARK: - Giving

extension InMemoryTokenProvider {
  /// The token that was given for `request` last, unless it was invalidated since.
  public func cachedToken(for request: TokenRequest) -> AccessToken? {
    state.withLock { $0.cached[Key(endpoint: .serviceToken, request: request)] }
  }

  /// The cached token for `request`, or a new one.
  ///
  /// - Throws: the error of ``fail(with:)`` where none is cached.
  public func token(for request: TokenRequest, within limit: Duration?) async throws -> AccessToken {
    try token(Key(endpoint: .serviceToken, request: request))
  }

  /// The cached token of `kind`, or a new one; the kind is asked for its name and the cache's key alone.
  ///
  /// - Throws: what the kind throws about `input`; the error of ``fail(with:)`` where no token is cached.
  public func token<Kind: CachedEndpointKind>(
    from kind: Kind, for input: Kind.Input, within limit: Duration?
  ) async throws -> AccessToken {
    try kind.validate(input)
    return try token(Key(endpoint: kind.name, request: kind.tokenRequest(for: input)))
  }

  /// What `kind` reads in the answer that ``answer(_:with:)`` gave it.
  ///
  /// - Throws: what the kind throws about `input`; the error of ``fail(with:)``; what a client would throw on that answer;
  ///   the kind's own error for *unavailable* where there is none.
  public func call<Kind: EndpointKind>(
    _ kind: Kind, _ input: Kind.Input, within limit: Duration?
  ) async throws -> Kind.Output {
    try kind.validate(input)
    let (failure, response) = state.withLock { ($0.failure, $0.answers[kind.name]) }
    if let failure { throw failure }
    guard let response else {
      let message = "the test gave no answer: call answer(\"\(kind.name)\", with:)"
      throw ServiceTokenError(kind.failureCodes.unavailable, message, endpoint: kind.name)
    }
    return try output(of: kind, input, response)
  }

  /// One attempt by the machine that decides about every call, so that no rule of it stands here again.
  private func output<Kind: EndpointKind>(
    of kind: Kind, _ input: Kind.Input, _ response: HTTPResponse
  ) throws -> Kind.Output {
    var machine = CallMachine(
      CallMachine.Plan(
        endpoint: kind.name, label: nil, failureCodes: kind.failureCodes, authorization: kind.authorization(for: input),
        policy: kind.retryPolicy.singleAttempt))
    let secrets = try kind.request(for: input).secrets
    var step = machine.begun(at: sentAt)
    while true {
      switch step.action {
      case .obtainCredential: step = machine.authorized(with: CallMachine.CredentialFacts(), at: sentAt)
      case .send:
        step = machine.answered(
          AnswerFacts(response, at: sentAt, withholding: secrets), duration: .zero, at: sentAt, random: 0)
      case .wait: step = machine.waited(at: sentAt)
      case .rereadSecret: step = machine.secretReread(differs: false, at: sentAt)
      case .reportRefusal: step = machine.refusalReported(.kept, at: sentAt)
      case .read:
        do {
          return try kind.reading(of: EndpointAnswer(response: response, sentAt: sentAt), for: input).output
        } catch {
          step = machine.rejected(error, status: response.status)
        }
      case .fail(let error): throw error
      case .stop: throw CancellationError()
      }
    }
  }

  /// What ``answer(_:with:)`` gave `delegated_download`; without that, `in-memory-download` for the time asked for.
  ///
  /// - Throws: as ``call(_:_:within:)`` does.
  public func downloadToken(for request: DownloadRequest, within limit: Duration?) async throws -> DownloadToken {
    let kind = DelegatedDownloadEndpoint()
    let isAnswered = state.withLock { $0.answers[kind.name] != nil || $0.failure != nil }
    guard !isAnswered else { return try await call(kind, request, within: limit) }
    try kind.validate(request)
    return DownloadToken(
      value: Secret("in-memory-download"),
      expiresAt: sentAt.date.advanced(by: .seconds(request.lifetimeSeconds)))
  }

  /// Drops exactly this token, so that whoever asks next gets another.
  public func invalidate(_ token: AccessToken) {
    state.withLock { state in
      let key = Key(endpoint: token.endpoint, request: token.request)
      guard state.cached[key]?.value == token.value else { return }
      state.cached[key] = nil
      state.invalidatedCount += 1
    }
  }

  private func token(_ key: Key) throws -> AccessToken {
    try state.withLock { state in
      state.requests.append(key.request)
      if let token = state.cached[key] { return token }
      if let failure = state.failure { throw failure }
      state.issuedCount += 1
      let token = AccessToken(
        value: Secret("in-memory-\(state.issuedCount)"), expiresIn: .seconds(3600), request: key.request,
        endpoint: key.endpoint, sentAt: sentAt)
      state.cached[key] = token
      return token
    }
  }
}
