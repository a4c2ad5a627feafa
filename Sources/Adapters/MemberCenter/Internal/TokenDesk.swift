import ServiceTokenDomain

/// `POST /oauth/token`: the `client_credentials` grant (RFC 6749 §4.4).
struct TokenDesk: Desk {
  private let configuration: EmbeddedMemberCenter.Configuration

  init(_ configuration: EmbeddedMemberCenter.Configuration) { self.configuration = configuration }

  var endpoint: EndpointName { .serviceToken }
  var path: String { "/oauth/token" }
  var mediaType: String { "application/x-www-form-urlencoded" }

  func answer(_ request: HTTPRequest, _ ledger: inout Ledger, at now: Reading) throws(Refusal) -> HTTPResponse {
    guard let form = ReceivedForm(request.body) else { throw Refusal(400, "invalid_request") }
    let client = try client(of: request, form, ledger)

    guard let grantType = form["grant_type"] else { throw Refusal(400, "invalid_request") }
    guard grantType == "client_credentials" else { throw Refusal(400, "unsupported_grant_type") }
    let scopes = try scopes(in: form["scope"] ?? "", of: client)

    let token = configuration.tokenPrefix + RandomText.make()
    ledger.issue(token, scopes: Set(scopes), life: configuration.tokenLife, at: now)
    return Answer.json(
      200,
      [
        "access_token": .text(token),
        "token_type": .text("Bearer"),
        "expires_in": .number(configuration.tokenLife.components.seconds),
        "scope": .text(scopes.joined(separator: " ")),
      ])
  }

  // MARK: - Who asks

  private func client(
    of request: HTTPRequest, _ form: ReceivedForm, _ ledger: Ledger
  ) throws(Refusal) -> EmbeddedMemberCenter.Client {
    let unauthorized = Refusal(401, "invalid_client", headers: ["WWW-Authenticate": "Basic realm=\"Member Center\""])
    let inBody = form["client_secret"] != nil
    // RFC 6749 §2.3: not more than one method in a request.
    guard !(inBody && request.headers["Authorization"] != nil) else { throw Refusal(400, "invalid_request") }

    for (id, secret) in inBody ? credentials(in: form) : credentials(in: request) {
      if let client = ledger.client(id, provedBy: secret) { return client }
    }
    throw unauthorized
  }

  /// Id and secret of the body (RFC 6749 §2.3.1), where this server takes them there.
  private func credentials(in form: ReceivedForm) -> [(id: String, secret: Secret)] {
    guard configuration.clientAuthentications.contains(.post), let id = form["client_id"],
      let secret = form["client_secret"]
    else { return [] }
    return [(id, Secret(secret))]
  }

  /// Id and secret of HTTP Basic (RFC 7617), read in each form that this server takes.
  private func credentials(in request: HTTPRequest) -> [(id: String, secret: Secret)] {
    guard let encoded = Intake.credentials(of: request, scheme: "basic"),
      let pair = ReceivedBase64.decode(Array(encoded.utf8)), let colon = pair.firstIndex(of: UInt8(ascii: ":"))
    else { return [] }
    let (id, secret) = (pair[..<colon], pair[(colon + 1)...])
    var readings: [(id: String, secret: Secret)] = []
    if configuration.clientAuthentications.contains(.basicRaw), let id = String(validating: id, as: UTF8.self) {
      readings.append((id, Secret(secret)))
    }
    if configuration.clientAuthentications.contains(.basicEncoded), let id = ReceivedForm.decode(id),
      let secret = ReceivedForm.decode(secret)
    {
      readings.append((id, Secret(secret)))
    }
    return readings
  }

  // MARK: - What it may have

  /// The values of a scope, each of which the client may have (RFC 6749 §3.3: one blank between two values).
  private func scopes(in text: String, of client: EmbeddedMemberCenter.Client) throws(Refusal) -> [String] {
    let values = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    for value in values {
      let isScopeToken = value.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
      guard !value.isEmpty, isScopeToken, client.scopes?.contains(value) ?? true else {
        throw Refusal(400, "invalid_scope")
      }
    }
    return values
  }
}
