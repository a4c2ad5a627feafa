import ServiceTokenDomain
import TestSupport
import Testing

@Suite struct AnswerFactsTests {
  private func facts(
    _ status: Int, _ body: String = "", headers: HTTPHeaders = [:], end: HTTPResponse.End = .complete,
    secret: Secret? = nil
  ) -> AnswerFacts {
    let response = HTTPResponse(status: status, headers: headers, body: Array(body.utf8), end: end)
    return AnswerFacts(response, at: .start, withholding: secret.map { [$0] } ?? [])
  }

  @Test(
    "R5: of a failure's body the OAuth error code is taken, where it has RFC 6749's shape",
    arguments: [
      (#"{"error":"invalid_client"}"#, "invalid_client"), (#"{"error":"x","error":"y"}"#, "y"),
      (#"{"error":"a b!"}"#, "a b!"),
      (#"  {"error_description":"d","error":"e"}  "#, "e"), (#"{"error":""}"#, nil), (#"{"error":null}"#, nil),
      (#"{"error":5}"#, nil), (#"{"error":{"code":"e"}}"#, nil), (#"{"Error":"e"}"#, nil), (#"["error"]"#, nil),
      (#""error""#, nil), ("", nil), ("<html>", nil), (#"{"error":"a\"b"}"#, nil), (#"{"error":"a\\b"}"#, nil),
      (#"{"error":"a\nb"}"#, nil), (#"{"error":"é"}"#, nil), (#"{"error":"e""#, nil),
      (#"{"error":"\#(String(repeating: "a", count: 129))"}"#, nil),
    ] as [(String, String?)])
  func oauthError(body: String, code: String?) {
    for status in [302, 400, 401, 403, 429, 500, 503] {
      #expect(facts(status, body).oauthError?.text == code)
      #expect(facts(status, body, end: .tooLong).oauthError?.text == code)
    }
  }

  @Test("R5: of a 2xx answer neither code, nor Retry-After, nor Location is taken")
  func success() {
    let headers: HTTPHeaders = ["Retry-After": "5", "Location": "https://x/"]
    for status in [200, 201, 204, 299] {
      #expect(facts(status, #"{"error":"invalid_client"}"#, headers: headers) == AnswerFacts(status: status))
    }
  }

  @Test(
    "Errors: a 401 or 403 whose body gives no code takes that of a Bearer challenge",
    arguments: [
      ("", #"Bearer realm="mc", error="invalid_token", error_description="expired""#, "invalid_token"),
      ("<html>", "Bearer error=invalid_token", "invalid_token"), ("{}", #"bearer ERROR="a b""#, "a b"),
      (#"{"error":"a\"b"}"#, #"Bearer error="invalid_token""#, "invalid_token"),
      ("", #"Basic realm="mc", Bearer error="insufficient_scope""#, "insufficient_scope"),
      ("", #"Bearer realm="mc", Bearer error="invalid_token""#, "invalid_token"),
      (#"{"error":"invalid_client"}"#, #"Bearer error="invalid_token""#, "invalid_client"),
      ("", #"Basic error="invalid_token""#, nil), ("", #"DPoP error="invalid_token", Bearer realm="mc""#, nil),
      ("", #"Basic realm="Bearer error=invalid_token""#, nil), ("", "Bearer", nil), ("", "", nil),
      ("", #"Bearer error="""#, nil), ("", #"Bearer error="a\"b""#, nil), ("", #"Bearer error="測""#, nil),
      ("", #"Bearer error="a\\b", Bearer error="c""#, "c"),
      ("", "Bearer error=\"\(String(repeating: "a", count: 129))\"", nil),
    ] as [(String, String, String?)])
  func challenge(body: String, challenge: String, code: String?) {
    for status in [401, 403] {
      #expect(facts(status, body, headers: ["www-authenticate": challenge]).oauthError?.text == code)
    }
  }

  @Test("Errors: of several WWW-Authenticate fields each is read, and a fault in one spares the next")
  func challenges() {
    var headers: HTTPHeaders = ["WWW-Authenticate": #"Basic realm="mc"#]
    headers.append(name: "www-authenticate", value: #"Bearer error="invalid_token""#)
    #expect(facts(401, headers: headers).oauthError?.text == "invalid_token")
  }

  @Test("Errors, R3: a challenge gives no code to another status, so it makes no refusal of what is none")
  func challengeDecidesNothing() throws {
    let headers: HTTPHeaders = ["WWW-Authenticate": #"Bearer error="invalid_client""#]
    for status in [200, 204, 302, 400, 402, 404, 407, 408, 429, 500, 503] {
      let challenged = facts(status, headers: headers)
      #expect(challenged.oauthError == nil)
      var call = try Call(authorization: .client)
      call.answered(challenged)
      #expect(!call.said.contains("reread"))
    }
    for status in [401, 403] {
      for authorization in Authorization.allCases {
        var (first, second) = (try Call(authorization: authorization), try Call(authorization: authorization))
        first.answered(facts(status, headers: headers))
        second.answered(AnswerFacts(status: status))
        #expect(first.said == second.said)
      }
    }
  }

  @Test("R5: at most 16 KiB of a failure's body are looked at")
  func sixteenKiB() {
    func body(_ count: Int) -> String {
      let start = #"{"error":"e","x":""#
      return start + String(repeating: "a", count: count - start.utf8.count - 2) + "\"}"
    }
    #expect(body(16_384).utf8.count == 16_384)
    #expect(facts(400, body(16_384)).oauthError?.text == "e")
    #expect(facts(400, body(16_385)).oauthError == nil)
    #expect(facts(400, #"{"error":"e"}"# + String(repeating: " ", count: 2_000_000)).oauthError?.text == "e")
    #expect(HTTPRequest.Limits().bytes(forStatus: 400) == 16_384)
    #expect([100, 199, 300, 503, 999].allSatisfy { HTTPRequest.Limits().bytes(forStatus: $0) == 16_384 })
  }

  @Test("R5: a failure's body that is torn or too long does not matter: the status decides")
  func torn() throws {
    let failure = TransportFailure(.brokenOff)
    for status in [302, 401, 404, 503] {
      let torn = facts(status, #"{"error":"inv"#, end: .brokenOff(failure))
      #expect(torn.oauthError == nil)
      var (first, second) = (try Call(), try Call())
      let (left, right) = (first.answered(torn), second.answered(AnswerFacts(status: status)))
      #expect(left.shapes == right.shapes)
      #expect(left.action.word == right.action.word)
    }
    let whole = facts(401, #"{"error":"invalid_client"}"#, end: .brokenOff(failure))
    #expect(whole.oauthError == .invalidClient)
    #expect(facts(200, end: .brokenOff(failure)).brokenOff == failure)
    #expect(facts(200, end: .tooLong).brokenOff == nil)
  }

  @Test(
    "R4: a redirect says where it points by scheme, host and path alone",
    arguments: [
      ("https://idp.example/login", "https://idp.example/login"),
      ("https://idp.example/a?token=x#y", "https://idp.example/a"),
      ("https://idp.example:8443/a#f?q", "https://idp.example:8443/a"), ("/login?next=/", "/login"), ("login", "login"),
      ("../x", "../x"), ("//idp.example/a", "//idp.example/a"), ("https://idp.example?x", "https://idp.example"),
      ("https://user:pw@idp.example/a", "https://idp.example/a"), ("https://user@idp.example", "https://idp.example"),
      ("https://u:p@w@idp.example/a@b", "https://idp.example/a@b"),
      ("https://idp.example/@me", "https://idp.example/@me"),
      ("/realms/@me", "/realms/@me"), ("//user:pw@idp.example/a", "//idp.example/a"),
      ("https:user:pw@idp.example/a", "https:idp.example/a"), ("https:/user:pw@idp.example/a", "https:/idp.example/a"),
      ("https:///user:pw@idp.example/a", "https:///idp.example/a"),
      (#"https:\\user:pw@idp.example/a"#, #"https:\\idp.example/a"#), (#"\\user:pw@idp.example"#, #"\\idp.example"#),
      (#"https://user:pw\x@idp.example"#, "https://idp.example"),
      ("ht\ttps://user:pw@idp.example/", "https://idp.example/"),
      ("https://idp.example/\r\nX: y", "https://idp.example/X:y"),
      ("https://idp.example/é測", "https://idp.example/"),
      ("https://idp.example/\u{1B}[2J\u{0}\u{7F}", "https://idp.example/[2J"),
      ("https://idp.example/?\u{301}token=x", "https://idp.example/"),
      ("https://idp.example/a#\u{301}x", "https://idp.example/a"),
      ("https://user:pw@\u{301}idp.example/", "https://idp.example/"), ("?token=x", ""), ("#x", ""), ("", ""),
      ("mailto:user:pw@idp.example", "mailto:idp.example"),
      // Without the first user-info two slashes meet, and what follows is an authority.
      ("https:/a@/user:pw@idp.example/b", "https://idp.example/b"), ("/a@/b@/c@idp.example", "/a@/b@/c@idp.example"),
      ("https:/a@/b@/c@idp.example", "https:///idp.example"),
    ])
  func redirectTarget(location: String, target: String) {
    let targets = [300, 301, 302, 303, 307, 308, 399].map { facts($0, headers: ["location": location]).redirectTarget }
    #expect(Set(targets) == [target])
    #expect(facts(400, headers: ["Location": location]).redirectTarget == nil)
  }

  @Test("R4: a redirect without Location points nowhere, and a long one is cut")
  func redirectLimits() {
    #expect(facts(302).redirectTarget == nil)
    let long = "https://idp.example/" + String(repeating: "a", count: 100_000)
    #expect(facts(302, headers: ["Location": long]).redirectTarget?.utf8.count == 2000)
  }

  @Test("Redaction: what a server echoes of the secret is taken from it neither as code nor as target")
  func echo() {
    let secret = Secret(Canary.secret)
    for echo in [Canary.secret, "s3cr3t%2B%2F%3D%26+%25x", "s3cr3t%2B%2F%3D%26%20%25x", "s3cr3t%2b%2f%3d%26%20%25x"] {
      #expect(facts(400, #"{"error":"bad \#(echo)!"}"#, secret: secret).oauthError == nil)
      let headers: HTTPHeaders = ["Location": "https://idp.example/\(echo)/x"]
      #expect(facts(302, headers: headers, secret: secret).redirectTarget == nil)
    }
    let token = Secret(Canary.token(1))
    // What no URL holds is left out of a target, and must not have hidden the echo.
    let parted = HTTPHeaders(dictionaryLiteral: ("Location", "https://idp.example/canary-é\ttoken-1"))
    #expect(facts(302, headers: parted, secret: token).redirectTarget == nil)
    #expect(facts(401, #"{"error":"\#(Canary.token(1))"}"#, secret: token).oauthError == nil)
    #expect(facts(401, #"{"error":"invalid_client"}"#, secret: token).oauthError == .invalidClient)
    #expect(facts(401, #"{"error":"invalid_client"}"#, secret: Secret("")).oauthError == .invalidClient)
    for echo in [Canary.token(1), "x \(Canary.token(1).uppercased())"] {
      let headers: HTTPHeaders = ["WWW-Authenticate": "Bearer error=\"\(echo)\""]
      #expect(facts(401, headers: headers, secret: token).oauthError == nil)
    }
    // A code that the RFC registers is our word, and no echo of a secret that happens to be a part of it.
    #expect(facts(401, #"{"error":"invalid_client"}"#, secret: Secret("client")).oauthError == .invalidClient)
    let basic = Wire.Base64.encode(Array("visionA:\(Canary.secret)".utf8))
    let credentials = ClientCredentials(clientID: "visionA", clientSecret: secret)
    for form in ClientAuthentication.allCases {
      let credential = Credential.client(credentials, form)
      #expect(credential.secrets.first == secret)
    }
    let echo = HTTPResponse(status: 401, body: Array(#"{"error":"\#(basic)"}"#.utf8))
    let sent = Credential.client(credentials, .basicRaw)
    #expect(AnswerFacts(echo, at: .start, withholding: sent.secrets).oauthError == nil)
    #expect(Credential.bearer(token).secrets == [token])
    #expect(Credential.none.secrets.isEmpty)
  }

  @Test("R3: Retry-After is read by the wall clock of the moment at which the answer came")
  func retryAfter() {
    // 1,700,000,030 s
    let date = "Tue, 14 Nov 2023 22:13:50 GMT"
    for status in [408, 429, 500, 503] {
      #expect(facts(status, headers: ["Retry-After": date]).retryAfter == .seconds(30))
      #expect(facts(status, headers: ["Retry-After": "7"]).retryAfter == .seconds(7))
      #expect(facts(status).retryAfter == nil)
    }
  }
}
