/// Why there is no token.
///
/// Tell errors apart by ``code``, never by text. Cancellation is not among them: it is Swift's `CancellationError`
/// (SPEC R6). ``description`` holds nothing that a server sent and no secret, so it may be logged and shown; no mirror
/// or dump of an error shows more.
///
/// ```
/// do {
///   let token = try await tokens.token(for: scope)
/// } catch let error as ServiceTokenError {
///   respond(status: error.code.httpStatus, code: error.code.publicCode, message: error.code.messageKey)
/// }
/// ```
public struct ServiceTokenError: Error, Sendable {
  /// The class of the error, and how to answer one's own client.
  public var code: Code
  /// The endpoint kind that failed; nil when none was involved.
  public var endpoint: EndpointName?
  /// The HTTP status of the last answer; nil when there was none.
  public var status: Int?
  /// How many requests were sent.
  public var attempts: Int
  /// How long to wait before trying again, where the server said so (`Retry-After`, RFC 9110 §10.2.3).
  public var retryAfter: Duration?
  /// The `error` code of the server's answer (RFC 6749 §5.2), where it sent one.
  public var oauthError: OAuthErrorCode?
  /// Where a 3xx pointed: scheme, host and path alone (SPEC R4). It comes from the server, so ``description`` leaves it
  /// out.
  public var redirectTarget: String?
  /// What happened, and where one can help it, what to do; never anything dynamic from a server.
  public var message: String
  /// What lies beneath, such as a ``TransportFailure``.
  public var cause: (any Error)?

  /// Makes an error.
  public init(
    _ code: Code, _ message: String, endpoint: EndpointName? = nil, status: Int? = nil, attempts: Int = 0,
    retryAfter: Duration? = nil, oauthError: OAuthErrorCode? = nil, redirectTarget: String? = nil,
    cause: (any Error)? = nil
  ) {
    self.code = code
    self.endpoint = endpoint
    self.status = status
    self.attempts = attempts
    self.retryAfter = retryAfter
    self.oauthError = oauthError
    self.redirectTarget = redirectTarget
    self.message = message
    self.cause = cause
  }
}

extension ServiceTokenError {
  /// The class of an error: an open set, so that an endpoint kind from outside brings codes of its own.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The name, unique in a program.
    public let name: String
    /// The HTTP status to answer one's own client with.
    public let httpStatus: Int
    /// The machine-readable code to answer one's own client with.
    public let publicCode: String
    /// The key of the message to show to a user.
    public let messageKey: String

    /// Makes a code of your own.
    public init(_ name: String, httpStatus: Int, publicCode: String, messageKey: String) {
      self.name = name
      self.httpStatus = httpStatus
      self.publicCode = publicCode
      self.messageKey = messageKey
    }

    /// The name.
    public var description: String { name }
  }
}

extension ServiceTokenError.Code {
  /// The server refused our credentials: 401 or 403, from either endpoint (SPEC §6).
  public static let serviceClientUnauthorized = Self(
    "service_client_unauthorized", httpStatus: 500, publicCode: "idp_misconfigured", messageKey: "idp_misconfig")
  /// The token endpoint refused the request itself: any other 4xx, or a redirect.
  public static let idpMisconfigured = Self(
    "idp_misconfigured", httpStatus: 500, publicCode: "idp_misconfigured", messageKey: "idp_misconfig")
  /// The token endpoint cannot answer now: 5xx, 408, 429, network, time-out, or an answer that is none.
  public static let idpUnavailable = Self(
    "idp_unavailable", httpStatus: 503, publicCode: "idp_unavailable", messageKey: "idp_down")
  /// The download endpoint refused the request itself: 4xx but 401 and 403, or a redirect.
  public static let downloadTokenFailed = Self(
    "download_token_failed", httpStatus: 502, publicCode: "download_token_failed", messageKey: "token_failed")
  /// The download endpoint cannot answer now: 5xx, 408, 429, network, time-out, or an answer that is none.
  public static let mcTokenUnavailable = Self(
    "mc_token_unavailable", httpStatus: 502, publicCode: "mc_token_unavailable", messageKey: "token_failed")

  /// The caller passed something that cannot be sent (SPEC S1, D1). Nothing was.
  public static let invalidArgument = Self(
    "invalid_argument", httpStatus: 500, publicCode: "invalid_argument", messageKey: "internal_error")
  /// A setting is missing or wrong; the message names it (SPEC C4).
  public static let invalidConfiguration = Self(
    "invalid_configuration", httpStatus: 500, publicCode: "idp_misconfigured", messageKey: "idp_misconfig")
  /// The source of the client secret failed when it was asked. Not retried, not cached.
  public static let secretUnavailable = Self(
    "secret_unavailable", httpStatus: 500, publicCode: "idp_misconfigured", messageKey: "idp_misconfig")
  /// The time that the caller had given itself is over; a fetch that others share goes on.
  public static let deadlineExceeded = Self(
    "deadline_exceeded", httpStatus: 503, publicCode: "deadline_exceeded", messageKey: "idp_down")
  /// The client was shut down.
  public static let shutDown = Self(
    "shut_down", httpStatus: 503, publicCode: "idp_unavailable", messageKey: "idp_down")
}

extension ServiceTokenError: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// One line: code, endpoint, message, status, attempts, time to wait, and the cause where it is a transport's or one of ours.
  public var description: String {
    var text = code.name
    if let endpoint { text += " (\(endpoint))" }
    text += ": \(message)"
    var facts: [String] = []
    if let status { facts.append("status \(status)") }
    if attempts > 0 { facts.append(attempts == 1 ? "1 attempt" : "\(attempts) attempts") }
    if let retryAfter { facts.append("retry after \(retryAfter.wholeSecondsUp) s") }
    if let oauthError, oauthError.isRegistered { facts.append("error=\(oauthError.text)") }
    if !facts.isEmpty { text += " [\(facts.joined(separator: ", "))]" }
    switch cause {
    case let failure as TransportFailure: text += ": \(failure)"
    case let error as ServiceTokenError: text += ": \(error.message)"
    default: break
    }
    return text
  }
  /// The same as ``description``.
  public var debugDescription: String { description }
  /// A mirror without children: a foreign ``cause`` may hold anything.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}

extension Duration {
  /// Whole seconds, rounded up: who waits that long has waited long enough.
  package var wholeSecondsUp: Int64 {
    components.attoseconds > 0 ? components.seconds.addingSaturated(1) : components.seconds
  }
}
