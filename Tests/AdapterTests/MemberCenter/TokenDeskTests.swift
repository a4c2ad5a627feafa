import ServiceTokenDomain
import ServiceTokenMemberCenter
import Testing

@Suite("Embedded Member Center: service tokens", .timeLimit(.minutes(1)))
struct TokenDeskTests {
  @Test("S2: what the original sent is answered as RFC 6749 §5.1 says")
  func issues() async throws {
    let visit = MemberCenterVisit()
    let answer = try await visit.send(MemberCenterVisit.tokenRequest)
    #expect(answer.status == 200)
    #expect((answer["access_token"] as? String)?.hasPrefix("canary-token-") == true)
    #expect(answer["token_type"] as? String == "Bearer")
    #expect(answer["expires_in"] as? Int == 3600)
    #expect(answer["scope"] as? String == "converter:job.write converter:job.read")
    #expect(answer.response.headers["Cache-Control"] == "no-store")
    #expect(visit.memberCenter.issuedCount(of: .serviceToken) == 1)
  }

  @Test("S2: no two tokens are alike")
  func tokensDiffer() async throws {
    let visit = MemberCenterVisit()
    var tokens: Set<String> = []
    for _ in 0..<20 { tokens.insert(try await visit.token()) }
    #expect(tokens.count == 20)
  }

  @Test(
    "S2: every mistake of a request is refused",
    arguments: [
      Mistake("GET", 405, "method_not_allowed") { $0.method = "GET" },
      Mistake("another path", 404, "not_found") { $0.url += "s" },
      Mistake("Content-Type", "application/json", 400, "invalid_request"),
      Mistake("Content-Type", nil, 400, "invalid_request"),
      Mistake("Accept", "text/html", 406, "not_acceptable"),
      Mistake("Accept", nil, 406, "not_acceptable"),
      Mistake("two Content-Types", 400, "invalid_request") {
        $0.headers.append(name: "content-type", value: "application/x-www-form-urlencoded")
      },
      Mistake(body: "", 400),
      Mistake(body: "grant_type=client_credentials&scope=converter:job.read"),
      Mistake(body: "grant_type=client_credentials&scope=converter%3Ajob.read converter%3Ajob.write"),
      Mistake(body: "grant_type=client_credentials&scope=converter%3"),
      Mistake(body: "grant_type=client_credentials&scope=converter%3Gjob.read"),
      Mistake(body: "grant_type=client_credentials&scope=%FF"),
      Mistake(body: "grant_type=client_credentials&scope=converter%3Ajob.read&scope=converter%3Ajob.read"),
      Mistake(body: "grant_type=client_credentials&scope"),
      Mistake(body: "scope=converter%3Ajob.read"),
      Mistake(body: "grant_type=&scope=converter%3Ajob.read"),
      Mistake(body: "grant_type=password&scope=converter%3Ajob.read", 400, "unsupported_grant_type"),
      Mistake(body: "grant_type=client_credentials", 400, "invalid_scope"),
      Mistake(body: "grant_type=client_credentials&scope=converter%3Ajob.admin", 400, "invalid_scope"),
      Mistake(body: "grant_type=client_credentials&scope=converter%253Ajob.read", 400, "invalid_scope"),
      Mistake(
        body: "grant_type=client_credentials&scope=converter%3Ajob.read++converter%3Ajob.write", 400, "invalid_scope"),
    ])
  func refuses(_ mistake: Mistake) async throws {
    let visit = MemberCenterVisit()
    var request = MemberCenterVisit.tokenRequest
    mistake.make(&request)
    let answer = try await visit.send(request)
    #expect(answer.status == mistake.status)
    #expect(answer.error == mistake.error)
    #expect(visit.memberCenter.issuedCount(of: .serviceToken) == 0)
  }

  @Test(
    "S3: credentials that are not just right are refused",
    arguments: [
      Mistake("Authorization", nil, 401, "invalid_client"),
      Mistake("Authorization", "Bearer dmlzaW9uQTpzM2NyM3QrLz0mICV4", 401, "invalid_client"),
      Mistake("Authorization", "Basic", 401, "invalid_client"),
      // visionA:s3cr3t
      Mistake("Authorization", "Basic dmlzaW9uQTpzM2NyM3Q=", 401, "invalid_client"),
      // visionB with the right secret
      Mistake("Authorization", "Basic dmlzaW9uQjpzM2NyM3QrLz0mICV4", 401, "invalid_client"),
      // no colon
      Mistake("Authorization", "Basic dmlzaW9uQQ==", 401, "invalid_client"),
      // visionA:s3cr3t with the padding left out, and with a bit where none may be
      Mistake("Authorization", "Basic dmlzaW9uQTpzM2NyM3Q", 401, "invalid_client"),
      Mistake("Authorization", "Basic dmlzaW9uQTpzM2NyM3R=", 401, "invalid_client"),
      Mistake("Authorization", "Basic dmlzaW9uQTpzM2NyM3QrLz0mICV4====", 401, "invalid_client"),
      Mistake("Authorization", "Basic dmlzaW9uQTpzM2N\nyM3QrLz0mICV4", 401, "invalid_client"),
      Mistake("in header and body", 400, "invalid_request") {
        $0.body += Array("&client_id=visionA&client_secret=s3cr3t%2B%2F%3D%26+%25x".utf8)
      },
    ])
  func refusesCredentials(_ mistake: Mistake) async throws {
    let visit = MemberCenterVisit()
    var request = MemberCenterVisit.tokenRequest
    mistake.make(&request)
    let answer = try await visit.send(request)
    #expect(answer.status == mistake.status)
    #expect(answer.error == mistake.error)
    #expect((answer.response.headers["WWW-Authenticate"] == nil) == (mistake.status != 401))
  }

  @Test(
    "S3: a form of client authentication is taken where it is the one that is taken, and refused elsewhere",
    arguments: ClientAuthentication.allCases, ClientAuthentication.allCases)
  func tellsFormsApart(sent: ClientAuthentication, taken: ClientAuthentication) async throws {
    let visit = MemberCenterVisit([taken])
    let credentials = ClientCredentials(clientID: "visionA", clientSecret: Secret(canary))
    let issuer = try BaseURL("https://member-center.embedded", setting: "issuer")
    let request = try ServiceTokenEndpoint().request(for: TokenRequest(scope: Scope("converter:job.read")))
      .httpRequest(issuer: issuer, credential: .client(credentials, sent))
    let answer = try await visit.send(request)
    #expect(answer.status == (sent == taken ? 200 : 401))
    #expect(answer.error == (sent == taken ? nil : "invalid_client"))
  }

  @Test("S3: a server may take all forms")
  func takesAllForms() async throws {
    let visit = MemberCenterVisit(Set(ClientAuthentication.allCases))
    #expect(try await visit.send(MemberCenterVisit.tokenRequest).status == 200)
    var request = MemberCenterVisit.tokenRequest
    request.headers["Authorization"] = nil
    request.body += Array("&client_id=visionA&client_secret=s3cr3t%2b%2f%3d%26%20%25x".utf8)
    #expect(try await visit.send(request).status == 200)
  }

  @Test("R3: after a rotation the new secret is taken and the old one refused")
  func rotates() async throws {
    let visit = MemberCenterVisit()
    visit.memberCenter.rotateSecret(of: "visionA", to: Secret("s3cr3t"))
    #expect(try await visit.send(MemberCenterVisit.tokenRequest).status == 401)
    var request = MemberCenterVisit.tokenRequest
    request.headers["Authorization"] = "Basic dmlzaW9uQTpzM2NyM3Q="
    #expect(try await visit.send(request).status == 200)
  }

  @Test("S1: a client without a list of scopes may have any that is well formed")
  func anyScope() async throws {
    let client = EmbeddedMemberCenter.Client(id: "visionA", secret: Secret(canary))
    let memberCenter = EmbeddedMemberCenter(
      EmbeddedMemberCenter.Configuration(clients: [client]), clock: MemberCenterVisit().clock)
    var request = MemberCenterVisit.tokenRequest
    request.body = MemberCenterVisit.form(
      "a~b%2Ac%21%24%27%28%29%2C%3B%3A%40%2F%3F%5B%5D%7B%7D%7C%5E%3C%3E%23%25%26%3D%2B")
    #expect(try await memberCenter.send(request, timeout: .seconds(1)).status == 200)
    request.body = MemberCenterVisit.form("a%22b")
    #expect(try await memberCenter.send(request, timeout: .seconds(1)).status == 400)
  }

  @Test("S3: neither the server nor its configuration shows a secret or a token")
  func showsNothing() async throws {
    let visit = MemberCenterVisit()
    let token = try await visit.token()
    #expect(!shows(visit.memberCenter, canary))
    #expect(!shows(visit.memberCenter, token))
    #expect(!shows(visit.memberCenter.configuration, canary))
  }
}
