import ServiceTokenDomain

extension HTTPCheck {
  static func failures() -> [HTTPCheck] {
    [tornBody, statusStands, noHead, tornHead, noHTTP, refused, silence]
  }

  private static var tornBody: HTTPCheck {
    let acts = ["length-too-large", "close-in-body", "reset-in-body", "close-in-chunk", "close-before-last-chunk"]
    return HTTPCheck(.tornBody, each: acts.map { .known($0) }) { _, outcome, _ in
      guard let answer = outcome.answer, answer.status == 200, case .brokenOff(let failure) = answer.end else {
        return outcome.inWords
      }
      if failure.kind == .timeOut { return outcome.inWords }
      return answer.body.isEmpty ? "what had come of it is lost" : nil
    }
  }

  private static var statusStands: HTTPCheck {
    HTTPCheck(.statusStands, each: [.known("reset-in-refusal")]) { _, outcome, _ in
      guard let answer = outcome.answer, answer.status == 403, answer.end != .complete else { return outcome.inWords }
      return nil
    }
  }

  private static var noHead: HTTPCheck {
    failure(.noHead, ["close-before-head", "reset-before-head"])
  }

  private static var tornHead: HTTPCheck {
    failure(.tornHead, ["close-in-head", "reset-in-head"])
  }

  private static var noHTTP: HTTPCheck {
    failure(.noHTTP, ["no-http", "no-head", "http2-frames", "tls-alert", "status-text", "switching"])
  }

  private static func failure(_ looksAt: Conformance.HTTPCase, _ acts: [String]) -> HTTPCheck {
    HTTPCheck(looksAt, each: acts.map { .known($0) }) { _, outcome, _ in
      // Nobody has waited for so long.
      outcome.failure?.kind == .timeOut ? outcome.inWords : outcome.problem(unlessFailure: nil)
    }
  }

  private static var refused: HTTPCheck {
    HTTPCheck(.refused, []) { rig in
      guard let port = try? DeafPort() else { return "there is no port to be refused at" }
      return await rig.send(HTTPRequest(method: "POST", url: port.url)).problem(unlessFailure: nil)
    }
  }

  private static var silence: HTTPCheck {
    let words = "words-of-the-server"
    let line: @Sendable (HostileServer.Visit) -> String = { "\(words) \($0.request.headers["Authorization"] ?? "")" }
    let acts = [
      HostileServer.Act("silent-garbage") { .raw("\(line($0))\r\n\r\n").then(.close) },
      HostileServer.Act("silent-status") { .raw("HTTP/1.1 \(line($0))\r\n\r\n").then(.close) },
      HostileServer.Act("silent-field") { .raw("HTTP/1.1 200 OK\r\n\(line($0))\r\n\r\n").then(.close) },
      HostileServer.Act("silent-length") {
        .raw("HTTP/1.1 200 OK\r\nContent-Length: -\(line($0))\r\n\r\n").then(.close)
      },
      HostileServer.Act("silent-chunk") {
        .raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(line($0))\r\n").then(.close)
      },
      HostileServer.Act("silent-reset") {
        .raw("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n\(line($0))").then(.reset)
      },
    ]
    return HTTPCheck(.silence, each: acts) { _, outcome, _ in
      let shown: Any? =
        switch outcome {
        case .failure(let failure): failure
        case .foreign(let error): error
        case .answer(let answer): answer.end
        case .cancelled, .hung: nil
        }
      guard let shown else { return outcome.inWords }
      var dumped = ""
      dump(shown, to: &dumped)
      let texts = [String(describing: shown), String(reflecting: shown), dumped]
      if texts.contains(where: { $0.contains(HTTPRig.secret) }) { return "its text holds the secret" }
      return texts.contains { $0.contains(words) } ? "its text holds what the server said" : nil
    }
  }
}
