import ServiceTokenDomain

extension HTTPCheck {
  static func answers() -> [HTTPCheck] {
    [exactAnswer, bodyOfRedirect, chunks, trailer, interim, answerToHEAD, oneAnswerEach]
  }

  private static var exactAnswer: HTTPCheck {
    let body = (0...255).map { UInt8($0) }
    let act = HostileServer.Act("exact-answer") { _ in
      .answer(418, headers: [("Retry-After", "7"), ("X-Empty", ""), ("X-Colon", "a:b: c")], body: body)
    }
    return HTTPCheck(.exactAnswer, [act]) { rig in
      let outcome = await rig.send(rig.post(act))
      guard outcome.problem(unless: 418) == nil, let answer = outcome.answer else { return outcome.inWords }
      for (name, value) in [("retry-after", "7"), ("X-EMPTY", ""), ("x-colon", "a:b: c")] {
        if answer.headers[name] != value { return "the field \(name) differs" }
      }
      return answer.body == body ? nil : "the body differs"
    }
  }

  private static var bodyOfRedirect: HTTPCheck {
    let acts = [("redirected", [("Location", "/elsewhere")]), ("redirected-nowhere", [])].map { name, headers in
      HostileServer.Act(name) { _ in .answer(302, headers: headers, body: Array("moved".utf8)) }
    }
    return HTTPCheck(.bodyOfRedirect, each: acts) { _, outcome, _ in
      guard outcome.problem(unless: 302) == nil, let answer = outcome.answer else { return outcome.inWords }
      return answer.body == Array("moved".utf8) ? nil : "the body differs"
    }
  }

  private static var chunks: HTTPCheck {
    inChunks(.chunks, "in-chunks", "3\r\nabc\r\n4;name=\"value\"\r\ndefg\r\n0\r\n\r\n")
  }

  private static var trailer: HTTPCheck {
    inChunks(.trailer, "with-trailer", "7\r\nabcdefg\r\n0\r\nX-Late: 1\r\nX-First: 2\r\n\r\n")
  }

  private static func inChunks(_ looksAt: Conformance.HTTPCase, _ name: String, _ body: String) -> HTTPCheck {
    let act = HostileServer.Act(name) { _ in
      .raw("HTTP/1.1 200 OK\r\nX-First: 1\r\nTransfer-Encoding: chunked\r\n\r\n\(body)")
    }
    return HTTPCheck(looksAt, [act]) { rig in
      let outcome = await rig.send(rig.post(act))
      guard outcome.problem(unless: 200) == nil, let answer = outcome.answer else { return outcome.inWords }
      if answer.body != Array("abcdefg".utf8) { return "the body differs" }
      return answer.headers["X-Late"] == nil && answer.headers.values(of: "X-First") == ["1"]
        ? nil : "the header fields differ"
    }
  }

  private static var interim: HTTPCheck {
    let act = HostileServer.Act("interim") { _ in
      .raw("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n").then(.ok(json: "{}"))
    }
    return HTTPCheck(.interim, [act]) { rig in
      let outcome = await rig.send(rig.post(act))
      guard outcome.problem(unless: 200) == nil, let answer = outcome.answer else { return outcome.inWords }
      if answer.headers["Link"] != nil { return "its header fields are" }
      return answer.body == Array("{}".utf8) ? nil : "the body differs"
    }
  }

  private static var answerToHEAD: HTTPCheck {
    let act = HostileServer.Act("head") { _ in .raw("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n") }
    return HTTPCheck(.answerToHEAD, [act]) { rig in
      let outcome = await rig.send(HTTPRequest(method: "HEAD", url: rig.url(of: act)))
      guard outcome.problem(unless: 200) == nil, let answer = outcome.answer else { return outcome.inWords }
      return answer.body.isEmpty ? nil : "it has one"
    }
  }

  private static var oneAnswerEach: HTTPCheck {
    let acts = ["smuggled-answer", "smuggled-after-chunks"].map { HostileServer.Act.known($0) }
    return HTTPCheck(.oneAnswerEach, each: acts) { act, outcome, rig in
      if let problem = outcome.problem(unless: 503) { return problem }
      let next = await rig.send(rig.post(act))
      return next.answer?.status == 200 ? "the next request got it" : next.problem(unless: 503)
    }
  }
}
