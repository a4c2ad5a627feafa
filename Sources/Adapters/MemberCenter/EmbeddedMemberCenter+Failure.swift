public import ServiceTokenDomain

extension EmbeddedMemberCenter {
  /// What becomes of a request that is to fail.
  public enum Failure: Sendable {
    /// It is answered so, whatever it asked; cut to the request's limits, as a transport does.
    case answer(HTTPResponse)
    /// It gets no answer.
    case failure(TransportFailure)

    /// An answer with this status and no OAuth `error`.
    ///
    /// - Parameters:
    ///   - status: the status.
    ///   - retryAfter: whole seconds of it become `Retry-After` (RFC 9110 §10.2.3); nil sends none.
    public static func status(_ status: Int, retryAfter: Duration? = nil) -> Failure {
      var response = HTTPResponse(status: status)
      if let retryAfter { response.headers["Retry-After"] = "\(retryAfter.components.seconds)" }
      return .answer(response)
    }

    /// A 200 with this body, said to be JSON.
    public static func body(_ text: String) -> Failure {
      .answer(HTTPResponse(status: 200, headers: ["Content-Type": "application/json"], body: Array(text.utf8)))
    }
  }
}
