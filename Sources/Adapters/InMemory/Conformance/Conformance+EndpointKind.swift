public import ServiceTokenDomain

extension Conformance {
  /// Holds an endpoint kind to ``/ServiceTokenDomain/EndpointKind``: what it sends can be sent and names what of it is
  /// secret, what it reads it reads from every answer that a server may make of `answer`, and nothing that it says shows
  /// what must not be seen.
  ///
  /// ```
  /// #expect(Conformance.check(kind: MyKind(), input: input, answer: answer, secrets: [Secret("subject"), Secret("issued")]) == [])
  /// ```
  /// No network, no clock, no client: what a client does with a kind is the client's, and is tested with it. A kind that
  /// traps ends the process, which is the finding then.
  ///
  /// - Parameters:
  ///   - kind: the kind to look at.
  ///   - input: what it is asked; one that it takes.
  ///   - answer: what a server answers that is well, with a JSON object as its body where the kind reads one.
  ///   - secrets: what of `input` and `answer` must not be seen, at least 4 bytes each.
  /// - Returns: the promises that were not kept.
  public static func check<Kind: EndpointKind>(
    kind: Kind, input: Kind.Input, answer: HTTPResponse, secrets: [Secret] = []
  ) -> [Finding] {
    EndpointKindCheck(kind: kind, input: input, answer: answer, secrets: secrets).findings()
  }
}

private struct EndpointKindCheck<Kind: EndpointKind> {
  let kind: Kind
  let input: Kind.Input
  let answer: HTTPResponse
  let secrets: [Secret]

  /// Stands in answers, and must stand in nothing that is said about them.
  private let mark = "conformance-mark"
  private let sentAt = Reading(monotonic: 7_000_000_000, wall: 1_700_000_000_000_000_000)

  func findings() -> [Finding] {
    var findings: [Finding] = []
    func expect(_ promise: String, _ problem: String?) {
      let finding = problem.map { Finding(promise: promise, problem: $0) }
      if let finding, !findings.contains(finding) { findings.append(finding) }
    }
    expect("a name is lower-case words with underscores", nameProblem)
    expect("an input that is well is taken", refusal { try kind.validate(input) })
    expect("a label and the fields of events show no secret", shown(in: spoken) ? "one of them does" : nil)
    for (promise, problem) in requestProblems { expect(promise, problem) }
    expect("an answer that is well is read", refusal { try read(answer) })
    for response in [answer] + spoiled {
      do throws(AnswerRejection) {
        let reading = try kind.reading(of: EndpointAnswer(response: response, sentAt: sentAt), for: input)
        if let token = reading.output as? AccessToken {
          for (promise, problem) in problems(of: token) { expect(promise, problem) }
        }
        let said = reading.events.flatMap { [$0.name] + texts(of: $0.fields) }
        expect("the events of a reading show no secret", shown(in: said) ? "one of them does" : nil)
      } catch {
        let said = [error.reason] + texts(of: error.fields)
        expect(
          "a rejection holds nothing of the answer",
          shown(in: said) || said.contains { $0.contains(mark) } ? "one does" : nil)
      }
    }
    return findings
  }

  // MARK: - What it sends

  private var nameProblem: String? {
    let isWell =
      !kind.name.text.isEmpty
      && kind.name.text.utf8.allSatisfy { byte in
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5F
      }
    return isWell ? nil : "it is not"
  }

  private var spoken: [String] { [kind.label(for: input).text] + texts(of: kind.eventFields(for: input)) }

  private var requestProblems: [(promise: String, problem: String?)] {
    let parts: EndpointRequest
    let request: HTTPRequest
    let canBeBuilt = "a request can be built"
    do {
      (parts, request) = try build()
    } catch {
      return [(canBeBuilt, "it threw \(type(of: error))")]
    }
    let sameAgain = (try? build().request) == request
    let carried = secrets.filter { isCarried($0, by: request) }
    return [
      ("a request is the same for every attempt", sameAgain ? nil : "a second one differs"),
      (
        "the credentials are the client's to add",
        parts.headers["Authorization"] == nil ? nil : "the kind sets Authorization itself"
      ),
      (
        "no secret stands in a URL, which proxies log",
        secrets.contains { request.url.contains($0.expose()) || request.url.contains(Wire.Form.encode($0.expose())) }
          ? "one does" : nil
      ),
      (
        "a request names what of it is secret",
        carried.allSatisfy(parts.secrets.contains) ? nil : "a secret that it sends is not among its secrets"
      ),
    ]
  }

  private func build() throws -> (parts: EndpointRequest, request: HTTPRequest) {
    let parts = try kind.request(for: input)
    let issuer = try BaseURL("https://conformance.test", setting: "issuer")
    return (parts, try parts.httpRequest(issuer: issuer, credential: .none))
  }

  private func isCarried(_ secret: Secret, by request: HTTPRequest) -> Bool {
    let text = secret.expose()
    let carriers = [String(decoding: request.body, as: UTF8.self)] + request.headers.map(\.value)
    return carriers.contains { $0.contains(text) || $0.contains(Wire.Form.encode(text)) }
  }

  // MARK: - What it reads

  private func read(_ response: HTTPResponse) throws {
    _ = try kind.reading(of: EndpointAnswer(response: response, sentAt: sentAt), for: input)
  }

  /// The promises of a token that a client will cache and put into a header.
  private func problems(of token: AccessToken) -> [(String, String?)] {
    let isText = token.value.withExposedBytes { !$0.isEmpty && $0.allSatisfy { (0x20...0x7E).contains($0) } }
    let life = Duration.zero..<Duration.seconds(31_536_001)
    return [
      ("a token would forge no header", isText ? nil : "it is empty, or holds a character outside of VSCHAR"),
      (
        "a token's life is above zero and no longer than a year",
        token.expiresIn > .zero && life.contains(token.expiresIn) ? nil : "it is not"
      ),
      (
        "a token's life counts from before its request was sent",
        token.sentAt == sentAt ? nil : "it does not take the answer's sentAt"
      ),
      ("a token says which kind issued it", token.endpoint == kind.name ? nil : "it says \(token.endpoint)"),
    ]
  }

  /// What becomes of an answer on the way, or of a server that is not well.
  private var spoiled: [HTTPResponse] {
    let bodies = broken + members.flatMap(variants)
    return bodies.map { HTTPResponse(status: answer.status, headers: answer.headers, body: $0) }
      + [HTTPResponse(status: answer.status, headers: answer.headers, body: answer.body, end: .tooLong)]
  }

  private var broken: [[UInt8]] {
    let torn = (0..<min(answer.body.count, 512)).map { Array(answer.body.prefix($0)) }
    let deep = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
    return torn + [deep, Array("<html>\(mark)</html>".utf8), Array("[\"\(mark)\"]".utf8), [0xFF, 0xFE]]
  }

  private var members: [Wire.JSON.Member] {
    guard case .object(let members)? = try? Wire.JSON(parsing: answer.body) else { return [] }
    return members
  }

  /// The body with one member left out, repeated, or with another value.
  private func variants(of member: Wire.JSON.Member) -> [[UInt8]] {
    let others = members.filter { $0.key != member.key }
    let values: [Wire.JSON] = [
      .null, .bool(true), .string(""), .string(mark), .string("\(mark)\r\nX-Forged: 1"), .string("\(mark)é"),
      .string("\(mark)\u{0}"), .number("0"), .number("-1"), .number("0.5"), .number("1e400"),
      .number("99999999999999999999"),
      .string("-1"), .string("NaN"), .array([.string(mark)]), .object([.init(key: mark, value: .string(mark))]),
    ]
    let changed = values.map { Wire.JSON.object(others + [.init(key: member.key, value: $0)]) }
    return ([.object(others), .object(members + [.init(key: member.key, value: .string(mark))])] + changed)
      .map { $0.serialized() }
  }

  // MARK: - Looking

  private func refusal(of body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch {
      return "it threw \(type(of: error))"
    }
  }

  private func texts(of fields: [LogEvent.Field]) -> [String] { fields.map { "\($0.name)=\($0.value)" } }

  private func shown(in texts: [String]) -> Bool {
    let secrets = secrets.map { $0.expose() }.filter { $0.utf8.count >= 4 }
    return texts.contains { text in secrets.contains { text.contains($0) } }
  }
}
