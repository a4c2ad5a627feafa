import ServiceTokenDomain
import Testing

@Suite struct DelegatedDownloadEndpointTests {
  private let kind = DelegatedDownloadEndpoint()
  private let request = DownloadRequest(tenantID: "t", userID: "u", objectKey: "k", lifetime: .milliseconds(59_001))

  private func read(_ body: String) throws(AnswerRejection) -> EndpointReading<DownloadToken> {
    try kind.reading(of: .of(body), for: request)
  }

  private func rejection(_ body: String) throws -> (fault: AnswerRejection.Fault, event: LogEvent) {
    let rejection = try #require(throws: AnswerRejection.self) { try read(body) }
    let machine = CallMachine(
      CallMachine.Plan(
        endpoint: kind.name, label: "k", answerFields: kind.eventFields(for: request), failureCodes: kind.failureCodes,
        authorization: kind.authorization(for: request)))
    let step = machine.rejected(rejection, status: 201)
    guard case .fail(let error) = step.action else { throw rejection }
    #expect(error.code == .mcTokenUnavailable)
    #expect(error.status == 201)
    return (rejection.fault, try #require(step.events.first))
  }

  @Test(
    "D1: tenant id, user id and object key are required, in this order",
    arguments: [
      ("", "", "", "tenant id"), ("", "u", "k", "tenant id"), ("t", "", "", "user id"), ("t", "", "k", "user id"),
      ("t", "u", "", "object key"),
    ])
  func required(tenant: String, user: String, key: String, named: String) throws {
    let error = try #require(throws: ServiceTokenError.self) {
      try kind.validate(DownloadRequest(tenantID: tenant, userID: user, objectKey: key))
    }
    #expect(error.code == .invalidArgument)
    #expect(error.message == "the \(named) is empty")
    #expect(error.endpoint == .delegatedDownload)
    #expect(error.attempts == 0)
  }

  @Test("D1: what is not empty is taken as it is")
  func valid() {
    #expect(throws: Never.self) { try kind.validate(DownloadRequest(tenantID: " ", userID: "\n", objectKey: "..")) }
  }

  @Test("D2: the call is authorized with the service token of files:download.delegate, a valid scope")
  func authorization() throws {
    let scope = try Scope("files:download.delegate")
    #expect(kind.authorization(for: request) == .bearer(TokenRequest(scope: scope)))
  }

  @Test("D3: the lifetime asked for is sent in whole seconds, rounded up")
  func lifetime() {
    guard case .json(let json) = kind.request(for: request).content else {
      return #expect(Bool(false), "the content is no JSON")
    }
    #expect(json["expires_in_seconds"] == .integer(60))
  }

  @Test(
    "D4: expires_at is the expiry, in the past too, whatever expires_in_seconds says",
    arguments: [
      ("2026-01-02T03:04:05Z", 1_767_323_045, 0), ("2026-01-02T03:04:05.1234567899Z", 1_767_323_045, 123_456_789),
      ("2026-01-02T11:04:05+08:00", 1_767_323_045, 0), ("2026-01-01t22:04:05-05:00", 1_767_323_045, 0),
      ("2026-01-02t03:04:05z", 1_767_323_045, 0), ("1970-01-01T00:00:00Z", 0, 0),
      ("0001-01-01T00:00:01Z", -62_135_596_799, 0),
      ("2016-12-31T23:59:60Z", 1_483_228_800, 0), ("9999-12-31T23:59:59Z", 253_402_300_799, 0),
      ("0001-01-01T00:00:00-00:01", -62_135_596_740, 0),
    ] as [(String, Int64, Int32)])
  func absolute(text: String, seconds: Int64, nanoseconds: Int32) throws {
    for rest in ["", #","expires_in_seconds":5"#, #","expires_in_seconds":"soon""#, #","expires_in_seconds":[]"#] {
      let reading = try read(#"{"token":"abc","expires_at":"\#(text)"\#(rest)}"#)
      #expect(reading.output.value == Secret("abc"))
      #expect(reading.output.expiresAt == Timestamp(seconds: seconds, nanoseconds: nanoseconds))
    }
  }

  @Test(
    "D4: without expires_at, expires_in_seconds above zero counts from before the request, else the lifetime asked for",
    arguments: [
      "", #","expires_at":null"#, #","expires_at":"0001-01-01T00:00:00Z""#,
      #","expires_at":"0001-01-01T08:00:00.000+08:00""#, #","expires_at":"2026-01-01T00:00:00Z","expires_at":null"#,
    ],
    [
      (nil, 60), ("5", 5), (#""5""#, 5), ("5.9", 5), ("1e1", 10), ("0", 60), ("-7", 60), ("0.9", 60), ("null", 60),
      (#""0""#, 60), ("1e30", 31_536_000), ("1e309", 60),
    ] as [(String?, Int64)])
  func relative(date: String, expiry: (String?, Int64)) throws {
    let seconds = expiry.0.map { #","expires_in_seconds":\#($0)"# } ?? ""
    let reading = try read(#"{"token":"abc"\#(date)\#(seconds)}"#)
    #expect(reading.output.expiresAt == Timestamp(seconds: 1_700_000_000 + expiry.1))
  }

  @Test("D4: an answer leaves one event, with the lifetime that was asked for")
  func obtained() throws {
    let reading = try read(#"{"token":"abcd","expires_at":"1970-01-01T00:00:00Z","expires_in_seconds":5}"#)
    #expect(
      reading.events == [
        LogEvent(
          name: "conversion.mc_token.delegated_obtained", level: .info,
          fields: [
            .init("endpoint", .string("delegated_download")), .init("ttl_sec", .int(60)), .init("token_len", .int(4)),
          ])
      ])
  }

  @Test(
    "D5: not JSON, an unreadable expires_at, or a needed field of a wrong type cannot be parsed",
    arguments: [
      "", "[]", "null", "{", #"{"token":5}"#, #"{"token":["a"]}"#, #"{"token":true}"#,
      #"{"token":"a","expires_at":""}"#,
      #"{"token":"a","expires_at":"tomorrow"}"#, #"{"token":"a","expires_at":1767323045}"#,
      #"{"token":"a","expires_at":{}}"#,
      #"{"token":"a","expires_at":"2026-02-30T00:00:00Z"}"#, #"{"token":"a","expires_at":"2026-01-02 03:04:05Z"}"#,
      #"{"token":"a","expires_at":"2026-01-02T03:04:05"}"#, #"{"token":"a","expires_at":"2026-01-02T03:04:05Z "}"#,
      #"{"token":"a","expires_at":false}"#, #"{"token":"a","expires_in_seconds":"soon"}"#,
      #"{"token":"a","expires_in_seconds":[]}"#, #"{"token":"","expires_at":"tomorrow"}"#,
    ])
  func unparsable(body: String) throws {
    let (fault, event) = try rejection(body)
    #expect(fault == .unparsable)
    #expect(event.shape == "parse_failed warning endpoint err")
  }

  @Test(
    "D5: an empty or missing token, or one that S4 refuses, is of invalid shape",
    arguments: [
      "{}", #"{"token":""}"#, #"{"token":null}"#, #"{"token":"a\nb"}"#, #"{"token":"é"}"#, #"{"token":"\u007f"}"#,
      #"{"access_token":"a"}"#, #"{"token":"a","token":""}"#,
    ])
  func invalidShape(body: String) throws {
    let (fault, event) = try rejection(body)
    #expect(fault == .invalidShape)
    #expect(event.shape == "invalid_shape warning endpoint")
  }

  @Test("D5: a body that is too long or nested deeper than 64 cannot be parsed")
  func sizeAndDepth() throws {
    let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(try rejection(#"{"token":"a","x":\#(deep)}"#).fault == .unparsable)
    let response = HTTPResponse(status: 200, body: Array(#"{"token":"a"}"#.utf8), end: .tooLong)
    let long = EndpointAnswer(response: response, sentAt: .start)
    let rejection = try #require(throws: AnswerRejection.self) { try kind.reading(of: long, for: request) }
    #expect(rejection.fault == .unparsable)
  }

  @Test("Log: the label is the object key, which is a user's data, and no other event field names it")
  func label() {
    #expect(kind.label(for: request) == EndpointLabel("k", isUserData: true))
    #expect(kind.eventFields(for: request) == [])
    #expect(kind.name == "delegated_download")
    #expect(kind.retryPolicy == .standard)
  }
}
