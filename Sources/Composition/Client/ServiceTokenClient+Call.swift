public import ServiceTokenDomain
import ServiceTokenPorts

/// Calls of an endpoint.
extension ServiceTokenClient {
  /// Calls an endpoint; nothing is cached or shared.
  ///
  /// - Parameters:
  ///   - kind: the endpoint.
  ///   - input: what it is asked.
  ///   - limit: how long the whole may take, the service token that it needs included; nil for as long as the kind's
  ///     retry policy lets it.
  /// - Throws: ``/ServiceTokenDomain/ServiceTokenError``; `CancellationError` where the calling task is cancelled.
  public func call<Kind: EndpointKind>(
    _ kind: Kind, _ input: Kind.Input, within limit: Duration? = nil
  ) async throws -> Kind.Output {
    try kind.validate(input)
    return try await inFlight.run { try await carryOut(kind, input, within: limit, cancelledBy: $0) }
  }

  /// A delegated download token; signed anew by every call (SPEC D6).
  ///
  /// - Throws: as ``call(_:_:within:)`` does; the errors of the service token that it needs pass through as they are
  ///   (SPEC D2).
  public func downloadToken(for request: DownloadRequest, within limit: Duration? = nil) async throws -> DownloadToken {
    try await call(configuration.delegatedDownloadEndpoint, request, within: limit)
  }

  /// Drives one ``CallMachine`` from its beginning to its end, away from the caller's actor.
  ///
  /// - Parameters:
  ///   - kind: the endpoint.
  ///   - input: what it is asked.
  ///   - isProbe: whether a single attempt is to be made.
  ///   - limit: how long the caller waits.
  ///   - cancellation: what ends it, beside the task in which it runs.
  @concurrent
  func carryOut<Kind: EndpointKind>(
    _ kind: Kind, _ input: Kind.Input, asProbe isProbe: Bool = false, within limit: Duration? = nil,
    cancelledBy cancellation: Ports.Cancellation
  ) async throws -> Kind.Output {
    let authorization = kind.authorization(for: input)
    var machine = CallMachine(
      CallMachine.Plan(
        endpoint: kind.name, label: configuration.userDataInLogs.shown(kind.label(for: input)),
        answerFields: kind.eventFields(for: input), failureCodes: kind.failureCodes, authorization: authorization,
        policy: isProbe ? kind.retryPolicy.singleAttempt : kind.retryPolicy, limit: limit))
    var credential = HeldCredential.none
    var answer: EndpointAnswer?
    var step = machine.begun(at: clock.now())

    while true {
      for event in step.events { logger.log(event) }
      switch step.action {
      case .obtainCredential(let limit):
        try cancellation.check()
        credential = try await obtain(authorization, within: limit, cancelledBy: cancellation)
        step = machine.authorized(with: credential.facts, at: clock.now())

      case .send(let timeout):
        try cancellation.check()
        let parts: EndpointRequest
        let request: HTTPRequest
        do {
          parts = try kind.request(for: input)
          request = try parts.httpRequest(issuer: configuration.issuer, credential: credential.credential)
        } catch {
          step = machine.unbuildable(error)
          continue
        }
        let sentAt = clock.now()
        do {
          let response = try await http.send(request, timeout: timeout, cancelledBy: cancellation)
          let now = clock.now()
          answer = EndpointAnswer(response: response, sentAt: sentAt)
          step = machine.answered(
            AnswerFacts(response, at: now, withholding: parts.secrets + credential.credential.secrets),
            duration: response.timeToHead ?? now.elapsed(since: sentAt), at: now, random: configuration.randomNumber())
        } catch {
          let now = clock.now()
          let duration = now.elapsed(since: sentAt)
          step =
            Task.isCancelled || cancellation.isCancelled
            ? machine.cancelledOnTheWire(duration: duration)
            : machine.lost(
              TransportFailure(wrapping: error), duration: duration, at: now, random: configuration.randomNumber())
        }

      case .wait(let duration):
        try await cancellation.run { [clock] in try await clock.sleep(for: duration) }
        step = machine.waited(at: clock.now())

      case .rereadSecret:
        try cancellation.check()
        let refused = credential
        do {
          credential = try await obtain(authorization, within: nil, cancelledBy: cancellation)
        } catch let error where !(error is CancellationError) {
          // The refusal is the answer; that the secret cannot be read just now changes nothing about it.
          step = machine.secretReread(differs: false, at: clock.now())
          continue
        }
        step = machine.secretReread(
          differs: credential.credential != refused.credential, as: credential.facts, at: clock.now())

      case .reportRefusal:
        let now = clock.now()
        let refusal = credential.token.map { cache.refused($0, at: now) } ?? .superseded
        step = machine.refusalReported(refusal, at: now)

      case .read:
        guard let answer else { preconditionFailure("an answer is read before it came") }
        do {
          let reading = try kind.reading(of: answer, for: input)
          for event in reading.events { logger.log(event) }
          return reading.output
        } catch {
          step = machine.rejected(error, status: answer.response.status)
        }

      case .fail(let error):
        throw error

      case .stop:
        throw CancellationError()
      }
    }
  }

  /// Reads the secret, or gets the service token; their errors are the call's, as they are (SPEC D2).
  private func obtain(
    _ authorization: EndpointAuthorization, within limit: Duration?, cancelledBy cancellation: Ports.Cancellation
  ) async throws -> HeldCredential {
    switch authorization {
    case .none:
      return .none
    case .clientCredentials:
      let credentials = ClientCredentials(
        clientID: configuration.clientID, clientSecret: try await readSecret(cancelledBy: cancellation))
      let alternative = configuration.clientAuthentication.alternative(for: credentials)
      if let alternative { warnOfAmbiguity(alternative) }
      return HeldCredential(
        credential: .client(credentials, configuration.clientAuthentication),
        facts: CallMachine.CredentialFacts(alternative: alternative))
    case .bearer(let request):
      let cached = cachedToken(for: request).map { TokenCache.Lease(token: $0, isFromCache: true) }
      let key = key(request)
      // Whoever was let in before a shutdown gets the token that it needs.
      let lease =
        if let cached { cached } else {
          try await cache.lease(key, within: limit, for: cancellation) { fetch(request, as: key) }
        }
      return HeldCredential(
        credential: .bearer(lease.token.value), facts: CallMachine.CredentialFacts(isFromCache: lease.isFromCache),
        token: lease.token)
    }
  }

  private func readSecret(cancelledBy cancellation: Ports.Cancellation) async throws -> Secret {
    do {
      let secret = try await secrets.clientSecret(cancelledBy: cancellation)
      guard secret.isEmpty else { return secret }
      throw ServiceTokenError(.secretUnavailable, "the source of the client secret gave an empty one")
    } catch let error as ServiceTokenError {
      throw error
    } catch {
      try cancellation.check()
      throw ServiceTokenError(.secretUnavailable, "the source of the client secret failed", cause: error)
    }
  }

  private func warnOfAmbiguity(_ alternative: ClientAuthentication) {
    let isFirst = hasWarnedOfAmbiguity.withLock { hasWarned in
      defer { hasWarned = true }
      return !hasWarned
    }
    guard isFirst else { return }
    logger.log(.ambiguousCredentials(configuration.clientAuthentication, alternative: alternative))
  }
}

/// A credential with what the shell must remember about it.
private struct HeldCredential {
  var credential: Credential
  var facts = CallMachine.CredentialFacts()
  /// The service token that it is made of, to be reported where it is refused.
  var token: AccessToken?

  static let none = HeldCredential(credential: .none)
}
