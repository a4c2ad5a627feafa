import ServiceTokens

#if Curl
  import ServiceTokenCurl
#endif

/// What the network is looked at with: a complete configuration.
struct Visit: Sendable {
  let issuer: BaseURL
  let route: Route
  let credentials: ClientCredentials
  let form: ClientAuthentication
  let endpoint: ServiceTokenEndpoint
  /// What is to be asked for; nil where nobody said so.
  let scope: Scope?
  let http: any Ports.HTTP
  let trust: String
  let clock: any Ports.Clock

  /// As much as the client gives an attempt (SPEC C2).
  private static let limit = Duration.seconds(10)

  /// Shakes hands, by the transport that carries the requests; a server that it refuses is then looked at without
  /// verifying it, over a connection on which nothing is sent.
  func tls() async throws -> TLSFacts {
    let look: TLSFacts.Look = route.server.isTLS ? try await shownByTransport() : .none
    return TLSFacts(host: route.server.host, look: look, trust: trust, now: clock.now().date)
  }

  private func shownByTransport() async throws -> TLSFacts.Look {
    #if Curl
      if let curl = http as? CurlHTTP {
        return try await onThreadOfItsOwn { [url = issuer.text] in
          let verified = curl.inspect(url, timeout: Self.limit)
          let chain =
            verified.failure?.kind == .tls
            ? curl.inspect(url, timeout: Self.limit, verifying: false).certificates : verified.certificates
          return .seen(verified.failure, chain.map { Certificate($0) })
        }
      }
    #endif
    return .unseen
  }

  /// Asks for a token, once.
  func token() async throws -> TokenFacts {
    // Where nobody named a scope, the one of all that this package itself asks for. None at all will not do: a server was
    // seen to answer that with 403, as it answers a wrong secret.
    let asked = TokenRequest(scope: try scope ?? Scope("files:download.delegate"))
    let credential = Credential.client(credentials, form)
    let request = try endpoint.request(for: asked).httpRequest(issuer: issuer, credential: credential)
    return TokenFacts(
      url: request.url, path: endpoint.path, authentication: form, alternative: form.alternative(for: credentials),
      scope: asked.scope, isScopeOurs: scope == nil,
      outcome: try await outcome(of: request, for: asked, withholding: credential.secrets))
  }

  private func outcome(
    of request: HTTPRequest, for asked: TokenRequest, withholding secrets: [Secret]
  ) async throws -> TokenFacts.Outcome {
    let sentAt = clock.now()
    let response: HTTPResponse
    do {
      response = try await http.send(request, timeout: Self.limit)
    } catch {
      try Task.checkCancellation()
      return .failed(TransportFailure(wrapping: error))
    }
    let now = clock.now()
    if 200..<300 ~= response.status, case .brokenOff(let failure) = response.end { return .failed(failure) }
    return .answered(
      TokenFacts.Answer(
        facts: AnswerFacts(response, at: now, withholding: secrets),
        grant: 200..<300 ~= response.status ? grant(in: response, for: asked, sentAt: sentAt) : nil,
        date: response.headers["Date"].flatMap { Wire.HTTPDate.parse($0, now: now.date) },
        sentAt: sentAt.date, receivedAt: now.date))
  }

  private func grant(
    in response: HTTPResponse, for asked: TokenRequest, sentAt: Reading
  ) -> Result<TokenFacts.Grant, AnswerRejection> {
    Result { () throws(AnswerRejection) in
      let token = try endpoint.reading(of: EndpointAnswer(response: response, sentAt: sentAt), for: asked).output
      return TokenFacts.Grant(
        life: token.expiresIn, scope: token.grantedScope?.split(separator: " ").map(String.init),
        isBearer: token.type.lowercased() == "bearer")
    }
  }
}
