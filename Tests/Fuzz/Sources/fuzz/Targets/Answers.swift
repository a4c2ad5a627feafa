import Foundation
import ServiceTokenDomain

/// What the answers of the tests are read with.
private let sentAt = Reading(monotonic: 1_000_000_000, wall: 1_700_000_000_000_000_000)
private let request: TokenRequest = {
  guard let scope = try? Scope("converter:job.read") else { fatalError("the scope is one") }
  return TokenRequest(scope: scope)
}()

extension Target {
  /// The token endpoint's 2xx answer (SPEC S4).
  static let tokenAnswer = Target("token-answer") { input in
    let json = try? Wire.JSON(parsing: input.bytes)
    do throws(AnswerRejection) {
      let reading = try ServiceTokenEndpoint().reading(of: answer(input.bytes), for: request)
      let token = reading.output
      let value = token.value.expose()
      hold(!value.isEmpty && value.isVisible, "a token is VSCHAR, and there is some of it")
      hold(.zero < token.expiresIn && token.expiresIn <= .seconds(31_536_000), "a life is above zero, up to a year")
      hold(token.expiresIn.components.attoseconds == 0, "a life is whole seconds")
      hold(token.value == json?["access_token"]?.stringValue.map { Secret($0) }, "the last access_token is taken")
      hold(
        token.expiresAt == Timestamp(seconds: 1_700_000_000).advanced(by: token.expiresIn),
        "a life counts from before the request was sent")
      hold(reading.events.first?.name == "conversion.mc_token.obtained", "it is said that a token was obtained")
      // A granted scope is the server's word, and there to be asked for; no event has it.
      input.expectHidden(in: token)
      input.expectHidden(in: reading.events)
    } catch {
      input.expectHidden(in: error)
      hold(error.reason.utf8.count <= 100, "a reason is short: \(error.reason)")
      guard input.isForOracles else { return }
      hold(
        !isTokenToFoundation(input.bytes) || json == nil, "what Foundation reads a token in is not rejected: \(error)")
    }
    hold(isTooLong(input.bytes), "what was cut off for its length is no answer, whatever it says")
  }

  /// The download endpoint's 2xx answer (SPEC D4, D5).
  static let downloadAnswer = Target("download-answer") { input in
    let asked = DownloadRequest(tenantID: "t", userID: "u", objectKey: "k", lifetime: .seconds(60))
    let json = try? Wire.JSON(parsing: input.bytes)
    do throws(AnswerRejection) {
      let token = try DelegatedDownloadEndpoint().reading(of: answer(input.bytes), for: asked).output
      let value = token.value.expose()
      hold(!value.isEmpty && value.isVisible, "a token is VSCHAR, and there is some of it")
      hold(token.value == json?["token"]?.stringValue.map { Secret($0) }, "the last token is taken")
      let date = json?["expires_at"]?.stringValue.flatMap(Wire.RFC3339.parse)
      if let date, Wire.RFC3339.format(date) != "0001-01-01T00:00:00Z" {
        hold(token.expiresAt == date, "the server's date wins")
      } else {
        hold(json?["expires_at"]?.stringValue == nil || date != nil, "an expires_at that is no date is not passed over")
        let life = token.expiresAt.seconds - 1_700_000_000
        hold(life > 0 && life <= 31_536_000 && token.expiresAt.nanoseconds == 0, "a life is above zero, up to a year")
      }
      input.expectHidden(in: token)
    } catch {
      input.expectHidden(in: error)
      hold(error.reason.utf8.count <= 100, "a reason is short: \(error.reason)")
    }
  }

  /// What is taken from the answer of a failure: status, `WWW-Authenticate` and `Location` in the first three lines, then
  /// the body. The canary is the secret that was sent.
  static let errorCode = Target("error-code") { input in
    let lines = input.lines(4)
    let status = Int(lines[0].prefix(3)) ?? 401
    var headers: HTTPHeaders = ["WWW-Authenticate": lines[1], "Location": lines[2]]
    headers.append(name: "www-authenticate", value: lines[2])
    let response = HTTPResponse(status: status, headers: headers, body: Array(lines[3].utf8))
    let facts = AnswerFacts(response, at: sentAt, withholding: [Secret(Input.canary)])
    if let code = facts.oauthError {
      hold(OAuthErrorCode(code.text) == code, "a code is of RFC 6749's shape")
      hold(!code.text.lowercased().contains(Input.canary), "no code holds what was sent")
      hold(!(200..<300 ~= status), "a success has no code")
      if ![401, 403].contains(status) {
        hold((try? Wire.JSON(parsing: response.body))?["error"]?.stringValue == code.text, "a code is the body's")
      }
    }
    if let target = facts.redirectTarget {
      hold(300..<400 ~= status, "only a redirect points somewhere")
      hold(target.utf8.count <= 2000 && !target.contains(" ") && target.isVisible, "a target is short and visible")
      hold(!target.contains("?") && !target.contains("#"), "a target has neither query nor fragment")
      hold(!target.lowercased().contains(Input.canary), "no target holds what was sent")
      guard input.isForOracles, let parts = URLComponents(string: target) else { return }
      hold(parts.user == nil && parts.password == nil, "a target has no user-info")
    }
  }

  private static func answer(_ body: [UInt8], end: HTTPResponse.End = .complete) -> EndpointAnswer {
    EndpointAnswer(response: HTTPResponse(status: 200, body: body, end: end), sentAt: sentAt)
  }

  private static func isTooLong(_ body: [UInt8]) -> Bool {
    do throws(AnswerRejection) {
      _ = try ServiceTokenEndpoint().reading(of: answer(body, end: .tooLong), for: request)
      return false
    } catch {
      return error.fault == .unparsable
    }
  }

  private static func isTokenToFoundation(_ body: [UInt8]) -> Bool {
    guard let object = foundation(body) as? [String: Any], let token = object["access_token"] as? String,
      let life = object["expires_in"] as? NSNumber, unsafe String(cString: life.objCType) != "c"
    else { return false }
    return !token.isEmpty && token.isVisible && life.doubleValue >= 1
  }
}
