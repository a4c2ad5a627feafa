import ServiceTokenDomain
import TestSupport
import Testing

@Suite struct ServiceTokenEndpointTests {
  private let kind = ServiceTokenEndpoint()
  private let request: TokenRequest
  private let machine: CallMachine

  init() throws {
    request = try .of("b a")
    machine = CallMachine(
      CallMachine.Plan(
        endpoint: kind.name, label: kind.label(for: request).text, answerFields: kind.eventFields(for: request),
        failureCodes: kind.failureCodes, authorization: .clientCredentials))
  }

  private func read(_ body: String) throws(AnswerRejection) -> EndpointReading<AccessToken> {
    try kind.reading(of: .of(body), for: request)
  }

  /// The rejection of `body`, and the event that it leaves.
  private func rejection(_ body: String) throws -> (fault: AnswerRejection.Fault, event: LogEvent) {
    let rejection = try #require(throws: AnswerRejection.self) { try read(body) }
    let step = machine.rejected(rejection, status: 200)
    guard case .fail(let error) = step.action else { throw rejection }
    #expect(error.code == .idpUnavailable)
    #expect(error.status == 200)
    return (rejection.fault, try #require(step.events.first))
  }

  @Test("S4: an answer is read, its granted scope and type as the server wrote them")
  func whole() throws {
    let reading = try read(#"{"access_token":"abc","token_type":"bearer","expires_in":3600,"scope":"b  a"}"#)
    let token = reading.output
    #expect(token.value == Secret("abc"))
    #expect(token.type == "bearer")
    #expect(token.grantedScope == "b  a")
    #expect(token.expiresIn == .seconds(3600))
    #expect(token.request == request)
    #expect(token.endpoint == .serviceToken)
    #expect(token.sentAt == .start)
    #expect(token.expiresAt == Timestamp(seconds: 1_700_003_600))
    #expect(
      reading.events == [
        LogEvent(
          name: "conversion.mc_token.obtained", level: .info,
          fields: [
            .init("endpoint", .string("service_token")), .init("scope", .string("a b")),
            .init("expires_in_sec", .int(3600)), .init("token_len", .int(3)),
          ])
      ])
  }

  @Test("S5: the life counts from both clocks just before the attempt was sent")
  func countsFromSending() throws {
    let sentAt = Reading(monotonic: 5, wall: 2_000_000_000)
    let token = try kind.reading(of: .of(#"{"access_token":"a","expires_in":9}"#, sentAt: sentAt), for: request).output
    #expect(token.sentAt == sentAt)
    #expect(token.expiresAt == Timestamp(seconds: 11))
  }

  @Test(
    "S4: expires_in is a number, a fraction rounded down, or a string of JSON's number grammar, up to 365 days",
    arguments: [
      ("3600", 3600), (#""3600""#, 3600), ("3600.9", 3600), (#""3600.9""#, 3600), ("1e3", 1000), (#""1e3""#, 1000),
      ("1.0", 1), ("1", 1), ("1.999999999999999999999", 1), ("31536000", 31_536_000), ("31536001", 31_536_000),
      ("9223372036854775808", 31_536_000), ("1e30", 31_536_000), ("1e308", 31_536_000), (#""1e30""#, 31_536_000),
      ("1000000000000000000000000000000", 31_536_000), ("36000e-1", 3600), (#""\u0033600""#, 3600),
    ] as [(String, Int64)])
  func goodExpiry(text: String, seconds: Int64) throws {
    let reading = try read(#"{"access_token":"a","token_type":"Bearer","expires_in":\#(text)}"#)
    #expect(reading.output.expiresIn == .seconds(seconds))
    #expect(reading.events[0]["expires_in_sec"] == .int(Int(seconds)))
  }

  @Test(
    "S4: expires_in that is null, not above zero or not finite is of invalid shape",
    arguments: [
      ("null", 0), ("0", 0), ("-0", 0), ("0.5", 0), ("0.999", 0), ("-1", -1), ("-0.5", -1), ("1e309", 0), ("-1e309", 0),
      (#""0""#, 0), (#""-1""#, -1), (#""1e309""#, 0), ("1e-400", 0), ("-1e30", .min),
    ] as [(String, Int)])
  func impossibleExpiry(text: String, shown: Int) throws {
    let (fault, event) = try rejection(#"{"access_token":"abc","expires_in":\#(text)}"#)
    #expect(fault == .invalidShape)
    #expect(event.shape == "invalid_shape warning endpoint scope access_token_length expires_in")
    #expect(event["scope"] == .string("a b"))
    #expect(event["access_token_length"] == .int(3))
    #expect(event["expires_in"] == .int(shown))
  }

  @Test("S4: expires_in that is missing is of invalid shape")
  func missingExpiry() throws {
    let (fault, event) = try rejection(#"{"access_token":"abc"}"#)
    #expect(fault == .invalidShape)
    #expect(event["expires_in"] == .int(0))
  }

  @Test(
    "S4: a needed field of a wrong type cannot be parsed",
    arguments: [
      ("\"a\"", "true"), ("\"a\"", "false"), ("\"a\"", "[]"), ("\"a\"", "[3600]"), ("\"a\"", "{}"), ("\"a\"", #""""#),
      ("\"a\"", #""inf""#), ("\"a\"", #""nan""#), ("\"a\"", #""0x10""#), ("\"a\"", #"" 3600""#), ("\"a\"", #""3600 ""#),
      ("\"a\"", #""3600s""#), ("\"a\"", #""+3600""#), ("\"a\"", #""03600""#), ("\"a\"", #""3,600""#),
      ("\"a\"", #""３６００""#), ("\"a\"", #""1 hour""#), ("\"a\"", #""null""#), ("1", "3600"), ("true", "3600"),
      ("[]", "3600"), ("[\"a\"]", "3600"), ("{}", "3600"), ("{\"a\":1}", "3600"), ("7", "null"), ("null", "true"),
      (#""""#, "[]"),
    ])
  func wrongTypes(token: String, expiry: String) throws {
    let (fault, event) = try rejection(#"{"access_token":\#(token),"expires_in":\#(expiry)}"#)
    #expect(fault == .unparsable)
    #expect(event.shape == "parse_failed warning endpoint scope err")
    #expect(event["scope"] == .string("a b"))
  }

  @Test(
    "S4: an access token that is empty, null or missing, or holds a character outside VSCHAR, is of invalid shape",
    arguments: [
      (#""access_token":"","#, 0), (#""access_token":null,"#, 0), ("", 0), (#""Access_Token":"a","#, 0),
      (#""access_token":"a\rb","#, 3), (#""access_token":"a\nb","#, 3), (#""access_token":"a\r\nX: y","#, 7),
      (#""access_token":"\t","#, 1), (#""access_token":"a\u0000","#, 2), (#""access_token":"\u007f","#, 1),
      (#""access_token":"\u001f","#, 1), (#""access_token":"é","#, 2), (#""access_token":"\u0080","#, 2),
      (#""access_token":"\ud83d","#, 3), (#""access_token":"測","#, 3), (#""access_token":"a\u0301","#, 3),
    ])
  func badTokens(field: String, length: Int) throws {
    let (fault, event) = try rejection(#"{\#(field)"expires_in":60}"#)
    #expect(fault == .invalidShape)
    #expect(event["access_token_length"] == .int(length))
    #expect(event["expires_in"] == .int(60))
  }

  @Test("S4: every VSCHAR may stand in a token, and no other byte of ASCII")
  func tokenCharacters() throws {
    for byte in UInt8(0)...0x7F {
      let text = "a\(UnicodeScalar(byte))b"
      let body: Wire.JSON = ["access_token": .string(text), "expires_in": "60"]
      let reading = Result {
        try kind.reading(of: .of(String(decoding: body.serialized(), as: UTF8.self)), for: request)
      }
      switch reading {
      case .success(let reading):
        #expect((0x20...0x7E).contains(byte), "byte \(byte)")
        #expect(reading.output.value == Secret(text))
      case .failure: #expect(!(0x20...0x7E).contains(byte), "byte \(byte)")
      }
    }
  }

  @Test("S4: the last duplicate of a key wins, for better and for worse")
  func duplicates() throws {
    let good = try read(
      #"{"access_token":5,"expires_in":"x","access_token":"b","expires_in":7,"token_type":"mac","token_type":"Bearer"}"#
    )
    #expect(good.output.value == Secret("b"))
    #expect(good.output.expiresIn == .seconds(7))
    #expect(good.events.count == 1)
    #expect(try rejection(#"{"access_token":"a","expires_in":7,"access_token":null}"#).fault == .invalidShape)
    #expect(try rejection(#"{"access_token":"a","expires_in":7,"expires_in":[]}"#).fault == .unparsable)
  }

  @Test(
    "S4: fields that are not needed do not matter, whatever their type",
    arguments: [
      #""scope":[]"#, #""scope":null"#, #""scope":5"#, #""token_type":null"#, #""token_type":7"#, #""token_type":{}"#,
      #""refresh_token":1e999"#, #""error":"invalid_client""#, #""":"""#, #""scope":{"access_token":"x"}"#,
      #""expires_at":"yesterday""#, #""Expires_In":"soon""#,
    ])
  func unneeded(field: String) throws {
    let reading = try read(#"{"access_token":"a","expires_in":60,\#(field)}"#)
    #expect(reading.output.value == Secret("a"))
    #expect(reading.output.type == "Bearer")
    #expect(reading.output.grantedScope == nil)
    #expect(reading.events.count == 1)
  }

  @Test(
    "S4: a token type other than Bearer is an event, no error",
    arguments: [("Bearer", false), ("bearer", false), ("BEARER", false), ("mac", true), ("", true), ("DPoP", true)])
  func tokenType(type: String, isEvent: Bool) throws {
    let reading = try read(#"{"access_token":"a","expires_in":60,"token_type":"\#(type)"}"#)
    #expect(reading.output.type == type)
    #expect(
      reading.events.dropFirst().map(\.shape) == (isEvent ? ["unexpected_token_type warning endpoint scope"] : []))
  }

  @Test(
    "S4: a body that is no JSON object cannot be parsed",
    arguments: ["", "null", "[]", "\"a\"", "5", "{", "<html>", "access_token=a", "{}x", "\u{FEFF}{}", "{'a':1}"])
  func noObject(body: String) throws {
    let (fault, event) = try rejection(body)
    #expect(fault == .unparsable)
    #expect(event.shape == "parse_failed warning endpoint scope err")
  }

  @Test("S4: a body nested 64 deep is read, one level more cannot be parsed")
  func nesting() throws {
    func body(_ depth: Int) -> String {
      let array = String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1)
      return #"{"access_token":"a","expires_in":60,"x":\#(array)}"#
    }
    #expect(throws: Never.self) { try read(body(64)) }
    #expect(try rejection(body(65)).fault == .unparsable)
  }

  @Test("S4: a body that is too long cannot be parsed, even where what came of it could be")
  func tooLong() throws {
    let body = Array(#"{"access_token":"a","expires_in":60}"#.utf8)
    let answer = EndpointAnswer(response: HTTPResponse(status: 200, body: body, end: .tooLong), sentAt: .start)
    let rejection = try #require(throws: AnswerRejection.self) { try kind.reading(of: answer, for: request) }
    #expect(rejection.fault == .unparsable)
    #expect(HTTPRequest.Limits().bytes(forStatus: 200) == 1_048_576)
    #expect(HTTPRequest.Limits().bytes(forStatus: 299) == 1_048_576)
  }

  @Test("S4: no text of a rejection shows the body")
  func silence() throws {
    for body in [
      Canary.token(1), #"{"access_token":"\#(Canary.token(1))\n","expires_in":1}"#,
      #"{"access_token":["\#(Canary.token(1))"]}"#,
      #"{"access_token":"\#(Canary.token(1))"}"#, #"{"access_token":"a","expires_in":"\#(Canary.token(1))"}"#,
      #"{"\#(Canary.token(1))"#,
    ] {
      let rejection = try #require(throws: AnswerRejection.self) { try read(body) }
      let texts = everyText(of: rejection) + everyText(of: machine.rejected(rejection, status: 200))
      for text in texts { #expect(!text.contains(Canary.token(1))) }
    }
  }

  @Test("S9: label, event field and body carry the canonical scope, and the input is its own key")
  func canonicalScope() throws {
    #expect(kind.label(for: request) == EndpointLabel("a b", isUserData: false))
    #expect(kind.eventFields(for: request) == [.init("scope", .string("a b"))])
    #expect(kind.tokenRequest(for: request) == request)
    #expect(kind.authorization(for: request) == .clientCredentials)
    #expect(kind.retryPolicy == .standard)
    guard case .form(let fields) = kind.request(for: request).content else {
      return #expect(Bool(false), "the content is no form")
    }
    #expect(fields.map { "\($0.name)=\($0.value)" } == ["grant_type=client_credentials", "scope=a b"])
  }
}
