import Foundation
import ServiceTokenDomain
import ServiceTokenInMemory
import Testing

@testable import ServiceTokenMemberCenter

@Suite("Embedded Member Center: download tokens", .timeLimit(.minutes(1)))
struct DownloadDeskTests {
  @Test("D3: what the original sent is answered as D4 says")
  func issues() async throws {
    let visit = MemberCenterVisit()
    let answer = try await visit.send(MemberCenterVisit.downloadRequest(visit.token()))
    #expect(answer.status == 200)
    #expect((answer["token"] as? String)?.hasPrefix("canary-token-") == true)
    #expect(answer["expires_in_seconds"] as? Int == 300)
    let expiry = try #require(answer["expires_at"] as? String)
    #expect(try Date(expiry, strategy: .iso8601) == Date(timeIntervalSince1970: 1_795_478_700))
    #expect(visit.memberCenter.issuedCount(of: .delegatedDownload) == 1)
  }

  @Test("D7: a token that is unknown, expired or revoked gets a 401")
  func refusesTokens() async throws {
    let visit = MemberCenterVisit()
    let unknown = try await visit.send(MemberCenterVisit.downloadRequest("canary-token-unknown"))
    #expect(unknown.status == 401)
    #expect(unknown.error == "invalid_token")
    #expect(unknown.response.headers["WWW-Authenticate"]?.contains("invalid_token") == true)

    let first = MemberCenterVisit.downloadRequest(try await visit.token())
    visit.clock.advance(by: .seconds(3600) - .nanoseconds(1))
    #expect(try await visit.send(first).status == 200)
    visit.clock.advance(by: .nanoseconds(1))
    #expect(try await visit.send(first).status == 401)

    let second = MemberCenterVisit.downloadRequest(try await visit.token())
    visit.memberCenter.revokeAll()
    #expect(try await visit.send(second).status == 401)
  }

  @Test("D2: a token of another scope gets a 403, one that has it among others is taken")
  func refusesScopes() async throws {
    let visit = MemberCenterVisit()
    let weak = try await visit.send(MemberCenterVisit.downloadRequest(visit.token(scope: "converter%3Ajob.read")))
    #expect(weak.status == 403)
    #expect(weak.error == "insufficient_scope")
    let strong = try await visit.token(scope: "converter%3Ajob.read+files%3Adownload.delegate")
    #expect(try await visit.send(MemberCenterVisit.downloadRequest(strong)).status == 200)
  }

  @Test(
    "D3: every mistake of a request is refused",
    arguments: [
      Mistake("PUT", 405, "method_not_allowed") { $0.method = "PUT" },
      Mistake("Content-Type", "application/x-www-form-urlencoded", 400, "invalid_request"),
      Mistake("Accept", nil, 406, "not_acceptable"),
      Mistake("Authorization", nil, 401, "unauthorized"),
      Mistake("Authorization", MemberCenterVisit.basic, 401, "unauthorized"),
      Mistake(body: ""), Mistake(body: "[]"), Mistake(body: "{}"), Mistake(body: "{"),
      Mistake(body: body()) { $0.replacingOccurrences(of: "GET", with: "PUT") },
      Mistake(body: body()) { $0.replacingOccurrences(of: #""t1""#, with: #""""#) },
      Mistake(body: body()) { $0.replacingOccurrences(of: #""u1""#, with: "7") },
      Mistake(body: body()) { $0.replacingOccurrences(of: "300", with: "0") },
      Mistake(body: body()) { $0.replacingOccurrences(of: "300", with: "-1") },
      Mistake(body: body()) { $0.replacingOccurrences(of: "300", with: "0300") },
      Mistake(body: body()) { $0.replacingOccurrences(of: "300", with: "300.5") },
      Mistake(body: body()) { $0.replacingOccurrences(of: "300", with: #""300""#) },
      Mistake(body: body()) { $0.replacingOccurrences(of: "300", with: "9999999999") },
      Mistake(body: body()) { $0.replacingOccurrences(of: "user_id", with: "user") },
      Mistake(body: body()) { $0.replacingOccurrences(of: "user_id", with: "tenant_id") },
      Mistake(body: body()) { $0.replacingOccurrences(of: "{", with: #"{"more":1,"#) },
      Mistake(body: body()) { $0.replacingOccurrences(of: "}", with: ",}") },
      Mistake(body: body()) { $0 + "x" },
      Mistake(body: body()) { $0.replacingOccurrences(of: "k1", with: "k\n1") },
      Mistake(body: body()) { $0.replacingOccurrences(of: "k1", with: #"k\x1"#) },
      Mistake(body: body()) { $0.replacingOccurrences(of: "k1", with: #"k\u12"#) },
      Mistake(body: body()) { $0.replacingOccurrences(of: "k1", with: #"k\uD83D"#) },
      Mistake(body: body()) { $0.replacingOccurrences(of: "k1", with: #"k\uD83Dx"#) },
      Mistake("a body that is not UTF-8", 400, "invalid_request") { request in
        request.body = request.body.map { $0 == UInt8(ascii: "+") ? 0xFF : $0 }
      },
    ])
  func refuses(_ mistake: Mistake) async throws {
    let visit = MemberCenterVisit()
    var request = MemberCenterVisit.downloadRequest(try await visit.token())
    mistake.make(&request)
    let answer = try await visit.send(request)
    #expect(answer.status == mistake.status)
    #expect(answer.error == mistake.error)
    #expect(visit.memberCenter.issuedCount(of: .delegatedDownload) == 0)
  }

  @Test(
    "D3: text is decoded as Foundation decodes it",
    arguments: [#""a\"\\\/\b\f\n\r\tz""#, #""\u0041\uD83D\uDE00é模""#, #" "a" "#])
  func decodesText(_ text: String) throws {
    let foundation = try JSONDecoder().decode([String: String].self, from: Data("{\"k\":\(text)}".utf8))
    let members = try #require(ReceivedJSON.object(Array("{\"k\" : \(text)\n}".utf8)))
    #expect(members["k"] == .text(try #require(foundation["k"])))
  }

  @Test("D4: dates are written as Foundation writes them")
  func writesDates() {
    let style = Date.ISO8601FormatStyle(timeZone: .gmt)
    // From the year 1600: before 1582 Foundation's calendar is the Julian one.
    let steps = stride(from: Int64(-11_676_096_000), through: 253_402_300_799, by: 86_400 * 97 + 12_345)
    for seconds in Array(steps) + [0, 951_782_400, 951_868_799, 4_107_542_400] {
      #expect(DateText.utc(seconds) == style.format(Date(timeIntervalSince1970: TimeInterval(seconds))))
    }
  }
}

/// A body that is right.
private func body() -> String {
  #"{"expires_in_seconds":300,"method":"GET","object_key":"k1","tenant_id":"t1","user_id":"u1"}"#
}

extension Mistake {
  fileprivate init(body: String, _ change: (String) -> String) { self.init(body: change(body)) }
}
