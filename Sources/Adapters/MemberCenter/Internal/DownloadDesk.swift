import ServiceTokenDomain

/// `POST /file-access/download-tokens`: a token for one user and one object (SPEC §4).
struct DownloadDesk: Desk {
  private static let scope = "files:download.delegate"

  private let configuration: EmbeddedMemberCenter.Configuration

  init(_ configuration: EmbeddedMemberCenter.Configuration) { self.configuration = configuration }

  var endpoint: EndpointName { .delegatedDownload }
  var path: String { "/file-access/download-tokens" }
  var mediaType: String { "application/json" }

  func answer(_ request: HTTPRequest, _ ledger: inout Ledger, at now: Reading) throws(Refusal) -> HTTPResponse {
    try checkBearer(of: request, ledger, at: now)
    let seconds = try life(asked: request.body)
    ledger.issuedCounts[endpoint, default: 0] += 1
    return Answer.json(
      200,
      [
        "token": .text(configuration.tokenPrefix + RandomText.make()),
        "expires_at": .text(DateText.utc(now.date.seconds + Int64(seconds))),
        "expires_in_seconds": .number(Int64(seconds)),
      ])
  }

  /// RFC 6750 §3: without a token no word about why; a bad one and a weak one are told apart.
  private func checkBearer(of request: HTTPRequest, _ ledger: Ledger, at now: Reading) throws(Refusal) {
    guard let shown = Intake.credentials(of: request, scheme: "bearer") else {
      throw Refusal(401, "unauthorized", headers: ["WWW-Authenticate": "Bearer"])
    }
    guard let token = ledger.tokens[String(shown)], now.isBefore(token.expiry) else {
      throw Refusal(401, "invalid_token", headers: ["WWW-Authenticate": #"Bearer error="invalid_token""#])
    }
    guard token.scopes.contains(Self.scope) else {
      throw Refusal(
        403, "insufficient_scope",
        headers: ["WWW-Authenticate": #"Bearer error="insufficient_scope", scope="\#(Self.scope)""#])
    }
  }

  /// The life that a body asks for, in seconds: one that has the five fields of SPEC D3, well filled, and no other.
  private func life(asked body: [UInt8]) throws(Refusal) -> Int32 {
    guard let fields = ReceivedJSON.object(body), fields.count == 5, fields["method"] == .text("GET"),
      ["tenant_id", "user_id", "object_key"].allSatisfy({ fields[$0]?.isFilledText ?? false }),
      case .integer(let seconds) = fields["expires_in_seconds"], seconds > 0
    else { throw Refusal(400, "invalid_request") }
    return seconds
  }
}
