import ServiceTokenDomain
import ServiceTokenInMemory
import TestSupport
import Testing

/// The suite has to find each fault planted here, and nothing besides.
@Suite("The conformance suite for endpoint kinds", .timeLimit(.minutes(5)))
struct EndpointKindConformanceTests {
  private static let token = Secret(Canary.token("issued"))
  private static let answer = HTTPResponse(
    status: 200,
    body: Array(#"{"access_token":"\#(Canary.token("issued"))","token_type":"Bearer","expires_in":60}"#.utf8))

  @Test("The kinds of this package have no fault")
  func ownKinds() throws {
    let scope = TokenRequest(scope: try Scope("a b"))
    #expect(
      Conformance.check(kind: ServiceTokenEndpoint(), input: scope, answer: Self.answer, secrets: [Self.token]) == [])
    #expect(
      Conformance.check(
        kind: DelegatedDownloadEndpoint(),
        input: DownloadRequest(tenantID: "t1", userID: "u1", objectKey: "report.pdf"),
        answer: HTTPResponse(
          status: 200,
          body: Array(#"{"token":"\#(Canary.token("issued"))","expires_at":"2026-11-24T01:00:00Z"}"#.utf8)),
        secrets: [Self.token]) == [])
  }

  @Test("A kind without a fault passes")
  func healthy() { #expect(findings(nil) == []) }

  @Test("Each fault of a kind is found", arguments: FaultyKind.Fault.allCases)
  func fault(fault: FaultyKind.Fault) { #expect(findings(fault) == [fault.rawValue]) }

  private func findings(_ fault: FaultyKind.Fault?) -> [String] {
    Conformance.check(
      kind: FaultyKind(fault: fault), input: Secret(Canary.secret), answer: Self.answer,
      secrets: [Secret(Canary.secret), Self.token]
    ).map(\.promise)
  }
}

/// A kind that swaps one token for another, with one fault.
struct FaultyKind: EndpointKind {
  /// The promise that each breaks.
  enum Fault: String, CaseIterable {
    case namedForPeople = "a name is lower-case words with underscores"
    case refusesItsInput = "an input that is well is taken"
    case labelsWithTheSecret = "a label and the fields of events show no secret"
    case cannotBeBuilt = "a request can be built"
    case differsEachTime = "a request is the same for every attempt"
    case authorizesItself = "the credentials are the client's to add"
    case asksByURL = "no secret stands in a URL, which proxies log"
    case namesNoSecret = "a request names what of it is secret"
    case refusesItsAnswer = "an answer that is well is read"
    case logsTheToken = "the events of a reading show no secret"
    case quotesTheAnswer = "a rejection holds nothing of the answer"
    case takesAnyText = "a token would forge no header"
    case takesAnyLife = "a token's life is above zero and no longer than a year"
    case countsFromNowhere = "a token's life counts from before its request was sent"
    case leavesAnothersName = "a token says which kind issued it"
  }

  let fault: Fault?

  var name: EndpointName { fault == .namedForPeople ? "Token exchange" : "faulty" }
  var failureCodes: FailureCodes { .serviceToken }

  func validate(_ input: Secret) throws {
    if fault == .refusesItsInput { throw ServiceTokenError(.invalidArgument, "no") }
  }

  func label(for input: Secret) -> EndpointLabel {
    EndpointLabel(fault == .labelsWithTheSecret ? input.expose() : "faulty")
  }

  func authorization(for input: Secret) -> EndpointAuthorization { .clientCredentials }

  func request(for input: Secret) throws -> EndpointRequest {
    let nonce = fault == .differsEachTime ? "\(UInt64.random(in: .min ... .max))" : ""
    var request = EndpointRequest(
      path: fault == .cannotBeBuilt ? "faulty" : "/faulty",
      content: .form([(name: "subject_token", value: input.expose()), (name: "nonce", value: nonce)]),
      secrets: fault == .namesNoSecret ? [] : [input])
    if fault == .authorizesItself { request.headers["Authorization"] = "Bearer mine" }
    if fault == .asksByURL { request.path += "?token=\(Wire.Form.encode(input.expose()))" }
    return request
  }

  func read(_ answer: EndpointAnswer, for input: Secret) throws -> EndpointReading<AccessToken> {
    let json = try answer.jsonObject()
    let text = json["access_token"]?.stringValue
    if fault == .quotesTheAnswer, let text, text.utf8.contains(0x0D) { throw AnswerRejection.invalidShape(text) }
    let checked = try TokenText.token(json["access_token"], named: "access_token").value
    let seconds = try TokenText.seconds(json["expires_in"], named: "expires_in")
    guard let value = fault == .takesAnyText ? text : checked, fault != .refusesItsAnswer else {
      throw AnswerRejection.invalidShape("access_token is none")
    }
    guard let seconds, fault == .takesAnyLife || seconds > 0 else {
      throw AnswerRejection.invalidShape("expires_in is none")
    }
    let token = AccessToken(
      value: Secret(value), expiresIn: .seconds(seconds), request: try TokenRequest(scope: Scope("a")),
      endpoint: fault == .leavesAnothersName ? .serviceToken : name,
      sentAt: fault == .countsFromNowhere ? Reading(monotonic: 0, wall: 0) : answer.sentAt)
    let shown = fault == .logsTheToken ? value : "\(value.utf8.count)"
    return EndpointReading(
      token, events: [LogEvent(.obtained, endpoint: name, fields: [.init("token_len", .string(shown))])])
  }
}
