import ServiceTokens

/// What came of one request for a token.
struct TokenFacts: Sendable {
  /// Where it went.
  let url: String
  let path: String
  let authentication: ClientAuthentication
  /// The form that writes these credentials differently, where one does (SPEC S3).
  let alternative: ClientAuthentication?
  let scope: Scope
  /// Whether it was asked for only because something must be: then that it is refused means nothing.
  let isScopeOurs: Bool
  let outcome: Outcome

  enum Outcome: Sendable {
    case failed(TransportFailure)
    case answered(Answer)
  }

  struct Answer: Sendable {
    let facts: AnswerFacts
    /// The token of a 2xx answer, or why it is none; nil for other answers.
    let grant: Result<Grant, AnswerRejection>?
    /// The server's clock, where it told.
    let date: Timestamp?
    let sentAt: Timestamp
    let receivedAt: Timestamp
  }

  /// A token, without the token.
  struct Grant: Sendable {
    let life: Duration
    /// The values of the scope as the server wrote it; nil where it wrote none, which means as asked (RFC 6749 §5.1).
    let scope: [String]?
    let isBearer: Bool
  }

  /// What the answer says of the request, by what the client itself goes by.
  private enum Verdict {
    case granted(Grant)
    case noToken(AnswerRejection)
    case clientRefused
    case scopeRefused
    case requestRefused
    case unavailable
    case redirected
  }

  private func verdict(_ answer: Answer) -> Verdict {
    let facts = answer.facts
    switch answer.grant {
    case .success(let grant): return .granted(grant)
    case .failure(let rejection): return .noToken(rejection)
    case nil: break
    }
    switch StatusTable.standard.meaning(of: facts.status) {
    case .success, .unavailable: return .unavailable
    case .unauthorized: return .clientRefused
    case .rejected where 300..<400 ~= facts.status: return .redirected
    case .rejected:
      return switch facts.oauthError {
      case .invalidClient, .unauthorizedClient: .clientRefused
      // `invalid_scope`, and what servers have been seen to say instead.
      case let error? where error.text.contains("scope"): .scopeRefused
      default: .requestRefused
      }
    }
  }

  // MARK: - The endpoint

  var endpoint: [Finding] {
    switch outcome {
    case .failed(let failure):
      return [.failure(.endpoint, "no_answer", .unavailable, "\(url): \(failure)", Self.advice(of: failure))]
    case .answered(let answer):
      return endpoint(answer)
    }
  }

  private func endpoint(_ answer: Answer) -> [Finding] {
    let took = answer.sentAt.duration(to: answer.receivedAt).wholeMilliseconds
    let saw = "\(url) answered \(answer.facts.status) in \(took) ms"
    switch verdict(answer) {
    case .granted(let grant):
      guard !grant.isBearer else { return [.ok(.endpoint, "answered", saw)] }
      return [
        .warning(
          .endpoint, "token_type", "\(saw), with a token_type that is not Bearer",
          "It is used as a bearer token all the same; ask Member Center's people what it is.")
      ]
    case .clientRefused, .scopeRefused:
      return [.ok(.endpoint, "answered", saw)]
    case .noToken(let rejection):
      return [
        .failure(
          .endpoint, "no_token", .unavailable, "\(saw), but with no token: \(rejection.reason)",
          "Somebody else answers in Member Center's place, such as a login page or a proxy; or MC_TOKEN_PATH is not its "
            + "token endpoint.")
      ]
    case .unavailable:
      let wait = answer.facts.retryAfter.map { "In \($0.wholeSecondsUp) s, it says. " } ?? ""
      return [
        .failure(
          .endpoint, "unavailable", .unavailable, saw,
          "\(wait)Try again later; if it stays so, tell whoever runs Member Center, or what stands before it.")
      ]
    case .redirected:
      let target = answer.facts.redirectTarget
      return [
        .failure(
          .endpoint, "redirected", .failed, "\(saw) and points to \(target?.quoted ?? "nowhere that can be told")",
          "Redirects are not followed, for the secret would go along. \(adviceOnRedirect(target))")
      ]
    case .requestRefused:
      return [
        .failure(
          .endpoint, "request_refused", .failed, saw + answer.facts.shownError,
          answer.facts.oauthError == .unsupportedGrantType
            ? "Have client_credentials enabled for this client."
            : "Is this Member Center's token endpoint? MC_ISSUER says where it is, MC_TOKEN_PATH the path below that.")
      ]
    }
  }

  private static func advice(of failure: TransportFailure) -> String {
    switch failure.kind {
    case .tls: "MC_CA_FILE and MC_CA_DIR say who is trusted, MC_CLIENT_CERT_FILE what is shown."
    case .timeOut: "The server takes the connection and does not answer in 10 s: is it overloaded, or something else?"
    case .malformed: "What answers there speaks no HTTP: is the port in MC_ISSUER right?"
    default:
      "See whether it does so again; then look at what stands between here and the server. The transport curl tells more "
        + "than urlsession."
    }
  }

  /// The setting that would lead straight there, where the path is the same.
  private func adviceOnRedirect(_ target: String?) -> String {
    let pathStart = url.drop { $0 != "/" }.dropFirst(2).drop { $0 != "/" }.startIndex
    guard let target else { return Self.adviceOnStrangeRedirect }
    let absolute = target.hasPrefix("/") && !target.hasPrefix("//") ? url[..<pathStart] + target : target
    let isURL = absolute.hasPrefix("https://") || absolute.hasPrefix("http://")
    guard isURL, absolute.hasSuffix(path) else { return Self.adviceOnStrangeRedirect }
    return "If that is Member Center, set MC_ISSUER=\(String(absolute.dropLast(path.count)).quoted)."
  }

  private static let adviceOnStrangeRedirect =
    "Set MC_ISSUER and MC_TOKEN_PATH so that they lead where the token endpoint really is."

  // MARK: - The client

  /// Nil where the answer does not tell.
  var client: Finding? {
    guard case .answered(let answer) = outcome else { return nil }
    let form = authentication.rawValue
    switch verdict(answer) {
    case .granted:
      guard let alternative else { return .ok(.client, "taken", "the server takes id and secret, sent as \(form)") }
      return .ok(
        .client, "taken",
        "the server takes id and secret, sent as \(form); \(alternative.rawValue) would write them differently")
    case .scopeRefused:
      return .ok(.client, "taken", "the server refuses the scope, and not id and secret, sent as \(form)")
    case .clientRefused:
      return .failure(
        .client, "refused", .refused,
        "the server refuses id and secret, sent as \(form): \(answer.facts.status)\(answer.facts.shownError)",
        advice(answer.facts))
    case .noToken, .requestRefused, .unavailable, .redirected:
      return nil
    }
  }

  private func advice(_ facts: AnswerFacts) -> String {
    guard facts.oauthError != .unauthorizedClient else {
      return "The server knows the client: have client_credentials enabled for it."
    }
    var advice: [String] = []
    if let alternative {
      advice.append(
        "They hold a character that servers read in two ways: try --client-auth \(alternative.rawValue) "
          + "(MC_CLIENT_AUTH=\(alternative.rawValue)).")
    }
    advice.append("Is the secret the one that is registered for MC_CLIENT_ID? Was it rotated?")
    if facts.status == 403 { advice.append("Some servers say 403 where the client may not have the scope, too.") }
    if authentication != .post { advice.append("Some servers take --client-auth post alone.") }
    return advice.joined(separator: " ")
  }

  // MARK: - The clock

  /// Nil where there was no answer.
  var clock: Finding? {
    guard case .answered(let answer) = outcome else { return nil }
    guard let date = answer.date else { return .unseen(.clock, "unseen", "the server does not tell its time") }
    // The server's date has no fraction, and was written somewhere between the two.
    let ahead = answer.sentAt.seconds - date.seconds
    let behind = date.seconds - answer.receivedAt.seconds
    let difference = max(ahead - 1, behind, 0)
    guard difference > Self.tolerance else {
      return .ok(.clock, "agrees", "this machine's clock and the server's agree within \(Self.tolerance) s")
    }
    return .warning(
      .clock, "differs",
      "this machine's clock says \(answer.receivedAt.inWholeSeconds), the server's \(date.inWholeSeconds): "
        + "\(difference) s \(ahead > behind ? "ahead" : "behind")",
      "One of the two is wrong: compare with another clock, and see whether NTP runs here (timedatectl) and there. Expiry "
        + "of download tokens and certificates is read by this one.")
  }

  /// In seconds; well below the 300 s that a download token lives.
  private static let tolerance: Int64 = 30

  // MARK: - Scope and life

  /// Nil where the answer does not tell.
  var scopeGranted: Finding? {
    guard case .answered(let answer) = outcome else { return nil }
    switch verdict(answer) {
    case .granted(let grant):
      let missing = scope.values.filter { !(grant.scope ?? scope.values).contains($0) }
      guard !missing.isEmpty else {
        return .ok(.scope, "granted", isScopeOurs ? "\(scope), which downloads need" : "as asked: \(scope)")
      }
      return .warning(
        .scope, "granted_in_part", "of \(scope) the server does not grant \(missing.joined(separator: " "))",
        "Calls that need it will be refused: have the client registered for it.")
    case .scopeRefused where isScopeOurs:
      return .unseen(
        .scope, "not_asked", "the server does not grant \(scope), which downloads need; no other was asked for",
        "Ask for the one that you need: service-token doctor --scope SCOPE")
    case .scopeRefused:
      return .failure(
        .scope, "refused", .failed,
        "the server does not grant \(scope): \(answer.facts.status)\(answer.facts.shownError)",
        "Is it spelled right? Have the client registered for it.")
    default:
      return nil
    }
  }

  /// Nil where there is no token.
  var life: Finding? {
    guard case .answered(let answer) = outcome, case .granted(let grant) = verdict(answer) else { return nil }
    let seconds = grant.life.components.seconds
    guard seconds < 60 else { return .ok(.life, "long_enough", "the token lives \(seconds) s") }
    return .warning(
      .life, "short", "the token lives \(seconds) s",
      "Callers will often wait for a new one: have the server give the client longer ones, such as 3600 s.")
  }
}

extension AnswerFacts {
  /// The OAuth `error` code, where there is one.
  fileprivate var shownError: String { oauthError.map { ", error=\($0.text.quoted)" } ?? "" }
}

extension Timestamp {
  fileprivate func duration(to later: Timestamp) -> Duration {
    .seconds(later.seconds - seconds) + .nanoseconds(Int64(later.nanoseconds) - Int64(nanoseconds))
  }
}
