import Foundation
import ServiceTokenDomain
import Testing

/// What the original client sent, recorded; `Fixtures/README.md` says which call made which file.
private struct Recorded {
  var method: String
  var path: String
  var headers: [String: String] = [:]
  var body: String

  init(_ name: String) throws {
    let file = try #require(Bundle.module.url(forResource: name, withExtension: "http", subdirectory: "Fixtures"))
    let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    let (head, body) = try #require(text.split(separator: "\r\n\r\n", maxSplits: 1).map(String.init).pair)
    var lines = head.split(separator: "\r\n").map(String.init)
    (method, path) = try #require(lines.removeFirst().split(separator: " ").prefix(2).map(String.init).pair)
    for line in lines {
      let colon = try #require(line.firstIndex(of: ":"))
      headers[String(line[..<colon])] = String(line[line.index(colon, offsetBy: 2)...])
    }
    self.body = body
  }
}

extension [String] {
  fileprivate var pair: (String, String)? { count == 2 ? (self[0], self[1]) : nil }
}

@Suite struct GoldenRequestTests {
  private let issuer: BaseURL
  private let client = Credential.client(
    ClientCredentials(clientID: "visionA", clientSecret: Secret("s3cr3t+/=& %x")), .basicRaw)

  init() throws { issuer = try BaseURL("https://member-center.test/", setting: "issuer") }

  private func compareHeads(_ request: HTTPRequest, _ recorded: Recorded) {
    #expect(request.method == recorded.method)
    #expect(request.url == "https://member-center.test\(recorded.path)")
    for name in ["Content-Type", "Accept", "Authorization"] {
      #expect(request.headers.values(of: name) == [recorded.headers[name] ?? "missing"], "\(name)")
    }
    #expect(Set(request.headers.map(\.name)) == ["Content-Type", "Accept", "Authorization"])
  }

  private func decodedForm(_ text: String) -> [[String]] {
    text.split(separator: "&").map { field in
      field.split(separator: "=", omittingEmptySubsequences: false)
        .map { $0.replacing("+", with: " ").removingPercentEncoding ?? "?" }
    }
  }

  @Test(
    "S2: a token request is what the original sent, its scope's values sorted",
    arguments: [
      ("token-two-scopes", "converter:job.write converter:job.read"),
      ("token-odd-characters", "a~b*c!$'(),;:@/?[]{}|^<>#%&=+"), ("token-delegate", "files:download.delegate"),
    ])
  func serviceToken(file: String, scope: String) throws {
    let recorded = try Recorded(file)
    let input = TokenRequest(scope: try Scope(scope))
    let request = try ServiceTokenEndpoint().request(for: input).httpRequest(issuer: issuer, credential: client)
    compareHeads(request, recorded)

    let body = String(decoding: request.body, as: UTF8.self)
    var expected = decodedForm(recorded.body)
    #expect(expected.map(\.first) == ["grant_type", "scope"])
    expected[1][1] = expected[1][1].split(separator: " ").sorted().joined(separator: " ")
    #expect(decodedForm(body) == expected)
    // One value has nothing to sort, so nothing in it is free.
    if input.scope.values.count == 1 { #expect(body == recorded.body) }
  }

  @Test(
    "D3: a download request is what the original sent, its JSON as what it means",
    arguments: [
      ("download-60s", "plain.bin", .seconds(60)), ("download-odd-key", #"users/42/模型 a+b&c=d?#<"\>.bin"#, nil),
    ] as [(String, String, Duration?)])
  func download(file: String, key: String, lifetime: Duration?) throws {
    let recorded = try Recorded(file)
    let input = DownloadRequest(tenantID: "t1", userID: "u1", objectKey: key, lifetime: lifetime)
    let kind = DelegatedDownloadEndpoint()
    let token = Credential.bearer(Secret("service-token-of-the-fixture"))
    let request = try kind.request(for: input).httpRequest(issuer: issuer, credential: token)
    compareHeads(request, recorded)

    let sent = try JSONSerialization.jsonObject(with: Data(request.body)) as? NSDictionary
    let original = try JSONSerialization.jsonObject(with: Data(recorded.body.utf8)) as? NSDictionary
    #expect(sent != nil && sent == original)
    guard case .object(let members) = try Wire.JSON(parsing: request.body) else {
      return #expect(Bool(false), "the body is no object")
    }
    #expect(members.map(\.key) == ["expires_in_seconds", "method", "object_key", "tenant_id", "user_id"])
  }

  @Test("C1: an issuer with a path keeps it in front of the endpoint's")
  func issuerWithPath() throws {
    let issuer = try BaseURL("https://mc.example/realms/a/", setting: "issuer")
    let request = try ServiceTokenEndpoint().request(for: try .of("a")).httpRequest(issuer: issuer, credential: client)
    #expect(request.url == "https://mc.example/realms/a/oauth/token")
  }
}
