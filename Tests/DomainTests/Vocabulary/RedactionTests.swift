import ServiceTokenDomain
import TestSupport
import Testing

@Suite struct RedactionTests {
  private struct ForeignError: Error, CustomStringConvertible {
    var description: String { "\(Canary.secret) \(Canary.token(1))" }
    let secret = Canary.secret
  }

  /// One of each public type of the domain that can hold a secret, and holds both canaries where it can.
  private static func holders() throws -> [(String, Any)] {
    let (secret, token) = (Secret(Canary.secret), Secret(Canary.token(1)))
    let request = try TokenRequest.of("a")
    let credentials = ClientCredentials(clientID: "visionA", clientSecret: secret)
    let accessToken = AccessToken(value: token, expiresIn: .seconds(60), request: request, sentAt: .start)
    let downloadToken = DownloadToken(value: token, expiresAt: Timestamp(seconds: 1))
    let issuer = try BaseURL("https://mc.example", setting: "issuer")
    let headers: HTTPHeaders = ["Authorization": "Bearer \(Canary.token(1))", "X-Secret": Canary.secret]
    let body = Array("\(Canary.secret) \(Canary.token(1))".utf8)
    let answer = EndpointAnswer(response: HTTPResponse(status: 200, headers: headers, body: body), sentAt: .start)
    let error = ServiceTokenError(
      .idpUnavailable, "no answer came", endpoint: .serviceToken, status: 503, attempts: 3, retryAfter: .seconds(1),
      oauthError: OAuthErrorCode(Canary.secret.filter { $0 != "\"" }), redirectTarget: "https://x/\(Canary.token(1))",
      cause: ForeignError())
    let nested = ServiceTokenError(.mcTokenUnavailable, "no answer came", cause: error)
    let json: Wire.JSON = ["access_token": .string(Canary.token(1)), Canary.secret: [.string(Canary.secret)]]
    let form = EndpointRequest.Content.form([
      (name: "assertion", value: Canary.secret), (name: "t", value: Canary.token(1)),
    ])
    let sent = try ServiceTokenEndpoint().request(for: request)
      .httpRequest(issuer: issuer, credential: .client(credentials, .post))
    let machineError = CallMachine.Action.fail(error)
    return [
      ("Secret", secret), ("Secret?", Optional(secret) as Any), ("ClientCredentials", credentials),
      ("Credential.client", Credential.client(credentials, .basicRaw)), ("Credential.bearer", Credential.bearer(token)),
      ("AccessToken", accessToken), ("DownloadToken", downloadToken),
      ("DownloadURL", try DownloadURL(base: issuer, objectKey: "k", token: downloadToken)),
      ("HTTPHeaders", headers), ("HTTPHeaders.Field", headers[0]), ("[HTTPHeaders.Field]", Array(headers)),
      ("HTTPRequest", HTTPRequest(method: "POST", url: "https://mc.example", headers: headers, body: body)),
      ("HTTPRequest by post", sent), ("HTTPResponse", answer.response), ("EndpointAnswer", answer),
      ("EndpointReading", EndpointReading(accessToken)), ("ServiceTokenError", error), ("its cause's holder", nested),
      ("any Error", error as any Error), ("Result", Result<AccessToken, any Error>.failure(error)), ("Wire.JSON", json),
      ("EndpointRequest.Content.json", EndpointRequest.Content.json(json)), ("EndpointRequest.Content.form", form),
      ("EndpointRequest", EndpointRequest(path: "/x", content: form, headers: headers)),
      ("CallMachine.Action", machineError),
    ]
  }

  @Test("Redaction: no description, dump or mirror of a type that holds a secret shows it")
  func nothingIsShown() throws {
    let encodings = [
      Canary.secret, Canary.token(1), "s3cr3t", "canary-token", Wire.Form.encode(Canary.secret),
      Wire.Base64.encode(Array("visionA:\(Canary.secret)".utf8)), Wire.Base64.encode(Array(Canary.secret.utf8)),
      // The bytes of a body would be shown as numbers.
      "\(Array(Canary.token(1).utf8.prefix(4)))".dropFirst().dropLast().description,
    ]
    for (name, value) in try Self.holders() {
      let leak = everyText(of: value).first { text in encodings.contains { text.contains($0) } }
      #expect(leak == nil, "\(name)")
    }
  }

  @Test("Redaction: no type that holds a secret can be encoded")
  func notEncodable() throws {
    for (name, value) in try Self.holders() {
      #expect(!(value is any Encodable), "\(name)")
      #expect(!(value is any LosslessStringConvertible), "\(name)")
    }
  }

  @Test("Redaction: an error's text names a transport's failure, and no other cause")
  func causes() {
    let foreign = ServiceTokenError(.idpUnavailable, "m", cause: ForeignError())
    #expect("\(foreign)" == "idp_unavailable: m")
    let wrapped = TransportFailure(wrapping: ForeignError())
    for text in everyText(of: wrapped) { #expect(!text.contains("s3cr3t") && !text.contains("canary")) }
    let transport = ServiceTokenError(.idpUnavailable, "m", cause: TransportFailure(.connect, "refused"))
    #expect("\(transport)" == "idp_unavailable: m: connect: refused")
  }
}
