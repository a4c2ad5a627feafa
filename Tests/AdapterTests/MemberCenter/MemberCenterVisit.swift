import Foundation
import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenMemberCenter
import Testing

/// An embedded Member Center with one client, and requests to it that are written out, without the package's encoders.
struct MemberCenterVisit {
  static let basic = "Basic dmlzaW9uQTpzM2NyM3QrLz0mICV4"
  static let scopes: Set = ["converter:job.read", "converter:job.write", "files:download.delegate"]

  let clock = ManualClock()
  let memberCenter: EmbeddedMemberCenter

  init(_ clientAuthentications: Set<ClientAuthentication> = [.basicRaw]) {
    let client = EmbeddedMemberCenter.Client(id: "visionA", secret: Secret(canary), scopes: Self.scopes)
    memberCenter = EmbeddedMemberCenter(
      EmbeddedMemberCenter.Configuration(
        clients: [client], clientAuthentications: clientAuthentications, tokenPrefix: "canary-token-"),
      clock: clock)
  }

  /// The request that the original Go client sent for two scopes.
  static let tokenRequest = HTTPRequest(
    method: "POST", url: "https://member-center.embedded/oauth/token",
    headers: [
      "Accept": "application/json", "Authorization": basic, "Content-Type": "application/x-www-form-urlencoded",
    ],
    body: form("converter%3Ajob.write+converter%3Ajob.read"))

  static func form(_ scope: String) -> [UInt8] { Array("grant_type=client_credentials&scope=\(scope)".utf8) }

  /// The request that the original Go client sent for an object whose key holds what is awkward in JSON.
  static func downloadRequest(_ token: String) -> HTTPRequest {
    HTTPRequest(
      method: "POST", url: "https://member-center.embedded/file-access/download-tokens",
      headers: [
        "Accept": "application/json", "Authorization": "Bearer \(token)", "Content-Type": "application/json",
      ],
      body: Array(oddKey.utf8))
  }

  static let oddKey = #"""
    {"expires_in_seconds":300,"method":"GET","object_key":"users/42/模型 a+b\u0026c=d?#\u003c\"\\\u003e.bin",\#
    "tenant_id":"t1","user_id":"u1"}
    """#

  func send(_ request: HTTPRequest) async throws -> Answer {
    Answer(response: try await memberCenter.send(request, timeout: .seconds(10)))
  }

  /// A service token of one scope, or of one that lets delegate downloads.
  func token(scope: String = "files%3Adownload.delegate") async throws -> String {
    var request = Self.tokenRequest
    request.body = Self.form(scope)
    return try await send(request)["access_token"] as? String ?? ""
  }

  /// An answer whose body Foundation reads.
  struct Answer: Sendable {
    let response: HTTPResponse

    private var object: [String: Any] {
      (try? JSONSerialization.jsonObject(with: Data(response.body))) as? [String: Any] ?? [:]
    }

    var status: Int { response.status }
    var error: String? { object["error"] as? String }
    subscript(name: String) -> Any? { object[name] }
  }
}

/// One thing to do wrong, and the answer that it gets.
struct Mistake: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let status: Int
  let error: String
  let make: @Sendable (inout HTTPRequest) -> Void

  init(_ name: String, _ status: Int, _ error: String, _ make: @escaping @Sendable (inout HTTPRequest) -> Void) {
    testDescription = name
    self.status = status
    self.error = error
    self.make = make
  }

  /// A wrong body.
  init(body: String, _ status: Int = 400, _ error: String = "invalid_request") {
    self.init("body \(body)", status, error) { $0.body = Array(body.utf8) }
  }

  /// A wrong header field. The names of cases are printed, so those of credentials show their scheme and length alone.
  init(_ name: String, _ value: String?, _ status: Int, _ error: String) {
    let shown = name == "Authorization" ? value.map { "\($0.prefix { $0 != " " }), \($0.utf8.count) bytes" } : value
    self.init("\(name): \(shown ?? "missing")", status, error) { $0.headers[name] = value }
  }
}
