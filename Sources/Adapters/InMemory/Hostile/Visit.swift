public import ServiceTokenDomain

extension HostileServer {
  /// One request to an act, and what the act may want to answer with.
  public struct Visit: Sendable {
    /// The request.
    public let request: LoopbackServer.Request
    /// The endpoint that it is for; nil where its path is neither's.
    public let endpoint: EndpointName?
    /// The token that this server gives.
    public let token: String
    /// The base URL of the second server, which nobody is to visit.
    public let elsewhere: String
    /// The pause before each byte of what trickles.
    public let pace: Duration

    /// A token that nobody is to accept.
    public var forgedToken: String { "\(token)-forged" }

    /// The body of an answer with a token, as the endpoint's clients expect it.
    public var body: String { body() }

    /// The body of an answer with parts of it replaced, each a piece of JSON; nil leaves the field out.
    ///
    /// - Parameters:
    ///   - token: the token; by default the server's own.
    ///   - lifetime: `expires_in`, or the download endpoint's `expires_in_seconds`.
    ///   - date: the download endpoint's `expires_at`.
    public func body(token: String?? = nil, lifetime: String? = "3600", date: String? = nil) -> String {
      let isDownload = endpoint == .delegatedDownload
      let token = token ?? "\"\(self.token)\""
      let fields =
        isDownload
        ? [("token", token), ("expires_at", date), ("expires_in_seconds", lifetime)]
        : [("access_token", token), ("token_type", "\"Bearer\""), ("expires_in", lifetime)]
      return "{\(fields.compactMap { name, value in value.map { "\"\(name)\":\($0)" } }.joined(separator: ","))}"
    }

    /// A whole answer with a token that is not to be accepted, for where no answer belongs.
    var forgedAnswer: String {
      let body = body(token: "\"\(forgedToken)\"")
      return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
  }
}
