import ServiceTokenDomain

extension HTTPCheck {
  static func requests() -> [HTTPCheck] {
    [
      exactRequest, pathAsIs, fieldOrder, nothingAdded, everyMethod, noForgedLine, noCookies, noCache,
      noCredentialsOfURL, noChallengeAnswered, noOfferTaken, noRedirectFollowed, oneAttempt,
    ]
  }

  private static var exactRequest: HTTPCheck {
    let act = HostileServer.Act("exact-request") { _ in .answer(204) }
    return HTTPCheck(.exactRequest, [act]) { rig in
      var request = rig.post(act, "/a%2Fb/c;d=%20?x=1&y=%C3%A9+z")
      request.body = (0...255).map { UInt8($0) } + Array("\r\n\r\n".utf8)
      let outcome = await rig.send(request)
      guard outcome.problem(unless: 204) == nil else { return outcome.inWords }
      guard let received = rig.facts(of: act).requests.first else { return "nothing came" }
      if received.method != "POST" { return "the method differs" }
      if received.target != "/exact-request/a%2Fb/c;d=%20?x=1&y=%C3%A9+z" { return "the target differs" }
      if received.body != request.body { return "the body differs" }
      let odd = request.headers.first { received.headers.values(of: $0.name) != [$0.value] }
      return odd.map { "the field \($0.name) differs" }
    }
  }

  private static var pathAsIs: HTTPCheck {
    let act = HostileServer.Act("path-as-is") { _ in .answer(204) }
    return HTTPCheck(.pathAsIs, [act]) { rig in
      let outcome = await rig.send(rig.post(act, "/a/../b/./c//d"))
      guard outcome.problem(unless: 204) == nil else { return outcome.inWords }
      return rig.facts(of: act).requests.first?.target == "/path-as-is/a/../b/./c//d" ? nil : "the target differs"
    }
  }

  private static var fieldOrder: HTTPCheck {
    let act = HostileServer.Act("field-order") { _ in .answer(204) }
    return HTTPCheck(.fieldOrder, [act]) { rig in
      var request = rig.post(act)
      request.headers = ["X-Z": "1", "Accept": "a/b", "X-A": "2", "Content-Type": "c/d", "X-M": "3"]
      let outcome = await rig.send(request)
      guard outcome.problem(unless: 204) == nil else { return outcome.inWords }
      let names = request.headers.map { $0.name.lowercased() }
      let received = rig.facts(of: act).requests.first?.headers.map { $0.name.lowercased() } ?? []
      return received.filter(names.contains) == names ? nil : "the order differs"
    }
  }

  private static var nothingAdded: HTTPCheck {
    let needed: Set = [
      "host", "content-length", "user-agent", "accept-encoding", "connection", "te", "transfer-encoding",
    ]
    let act = HostileServer.Act("nothing-added") { _ in .answer(204) }
    return HTTPCheck(.nothingAdded, [act]) { rig in
      let full = rig.post(act)
      let requests = [full, HTTPRequest(method: "POST", url: full.url), HTTPRequest(method: "GET", url: full.url)]
      for request in requests {
        let outcome = await rig.send(request)
        guard outcome.problem(unless: 204) == nil else { return outcome.inWords }
      }
      var added: Set<String> = []
      for (request, received) in zip(requests, rig.facts(of: act).requests) {
        let names = Set(received.headers.map { $0.name.lowercased() })
        added.formUnion(names.subtracting(needed).subtracting(request.headers.map { $0.name.lowercased() }))
      }
      return added.isEmpty ? nil : "it adds \(added.sorted().joined(separator: ", "))"
    }
  }

  private static var everyMethod: HTTPCheck {
    let act = HostileServer.Act("every-method") { _ in .answer(200, body: [1, 2, 3]) }
    let methods = ["GET", "POST", "PUT", "DELETE", "PURGE"]
    return HTTPCheck(.everyMethod, [act]) { rig in
      for method in methods {
        let outcome = await rig.send(HTTPRequest(method: method, url: rig.url(of: act)))
        guard outcome.answer?.body == [1, 2, 3] else { return "\(method): \(outcome.inWords)" }
      }
      let requests = rig.facts(of: act).requests
      if requests.map(\.method) != methods { return "the methods differ" }
      return requests.allSatisfy(\.body.isEmpty) ? nil : "a body was added"
    }
  }

  private static var noForgedLine: HTTPCheck {
    let act = HostileServer.Act("forged-line") { _ in .answer(204) }
    return HTTPCheck(.noForgedLine, [act]) { rig in
      for forged in ["a\r\nX-Forged: 1", "a\nX-Forged: 1"] {
        var request = rig.post(act)
        request.headers["Authorization"] = "Bearer \(forged)"
        let outcome = await rig.send(request)
        if let problem = outcome.problem(unlessFailure: nil) { return problem }
      }
      return rig.facts(of: act).requestCount == 0 ? nil : "a request was sent"
    }
  }

  private static var noCookies: HTTPCheck {
    let act = HostileServer.Act("cookies") { _ in
      .answer(200, headers: [("Set-Cookie", "session=1; Path=/"), ("Set-Cookie", "other=2")])
    }
    return HTTPCheck(.noCookies, [act]) { rig in
      for _ in 1...3 {
        if let problem = await rig.send(rig.post(act)).problem(unless: 200) { return problem }
      }
      return rig.facts(of: act).cameBack.isEmpty ? nil : "a cookie came back"
    }
  }

  private static var noCache: HTTPCheck {
    let act = HostileServer.Act("cacheable") { _ in
      .answer(200, headers: [("Cache-Control", "public, max-age=3600"), ("ETag", "\"1\"")], body: [1])
    }
    return HTTPCheck(.noCache, [act]) { rig in
      for _ in 1...2 {
        let outcome = await rig.send(HTTPRequest(method: "GET", url: rig.url(of: act)))
        if let problem = outcome.problem(unless: 200) { return problem }
      }
      let requests = rig.facts(of: act).requests
      if requests.count != 2 { return "of two requests \(requests.count) came" }
      return requests.allSatisfy { $0.headers["If-None-Match"] == nil } ? nil : "a request was made conditional"
    }
  }

  private static var noCredentialsOfURL: HTTPCheck {
    let act = HostileServer.Act("user-info") { _ in .answer(204) }
    return HTTPCheck(.noCredentialsOfURL, [act]) { rig in
      guard let scheme = rig.url.firstIndex(of: "/") else { return "the server's URL is none" }
      let (start, end) = (rig.url[..<scheme], rig.url(of: act)[scheme...].dropFirst(2))
      // To refuse the URL is right too.
      let outcome = await rig.send(HTTPRequest(method: "GET", url: "\(start)//me:\(HTTPRig.secret)@\(end)"))
      if outcome.failure == nil, let problem = outcome.problem(unless: 204) { return problem }
      let requests = rig.facts(of: act).requests
      return requests.allSatisfy { $0.headers["Authorization"] == nil } ? nil : "they were sent"
    }
  }

  private static var noChallengeAnswered: HTTPCheck {
    let acts = ["basic", "digest", "negotiate", "bearer"].map { HostileServer.Act.known("challenge-\($0)") }
    return HTTPCheck(.noChallengeAnswered, each: acts + [.known("proxy-challenge")]) { act, outcome, rig in
      if let problem = outcome.problem(unless: act.name == "proxy-challenge" ? 407 : 401) { return problem }
      let requests = rig.facts(of: act).requests
      if requests.count != 1 { return "\(requests.count) requests came" }
      let isAsItWas = requests.allSatisfy { $0.headers["Authorization"] == "Bearer \(HTTPRig.secret)" }
      return isAsItWas && rig.facts(of: act).cameBack.isEmpty ? nil : "other credentials came"
    }
  }

  private static var noOfferTaken: HTTPCheck {
    HTTPCheck(.noOfferTaken, each: [.known("upgrade-offer"), .known("refresh")]) { act, outcome, rig in
      let status = act.name == "refresh" ? 200 : 503
      if let problem = outcome.problem(unless: status) { return problem }
      if let problem = await rig.send(rig.post(act)).problem(unless: status) { return problem }
      let facts = rig.facts(of: act)
      if !facts.cameBack.isEmpty { return "the next request takes it" }
      return rig.wentElsewhere ? "a request went elsewhere" : nil
    }
  }

  private static var noRedirectFollowed: HTTPCheck {
    let acts = HostileServer.ways.filter { $0.name.hasPrefix("redirect-") }
    return HTTPCheck(.noRedirectFollowed, each: acts) { act, outcome, rig in
      guard let answer = outcome.answer, 300..<400 ~= answer.status else { return outcome.inWords }
      if rig.facts(of: act).requestCount != 1 { return "\(rig.facts(of: act).requestCount) requests came" }
      return rig.wentElsewhere ? "a request went to its target" : nil
    }
  }

  private static var oneAttempt: HTTPCheck {
    let acts = ["close-before-head", "reset-before-head", "close-in-body", "later-408-short", "later-503", "failing"]
      // Known by another name to the cases of their own.
      .map { name in HostileServer.Act("once-\(name)", as: .known(name)) }
    return HTTPCheck(.oneAttempt, each: acts) { act, outcome, rig in
      if case .hung = outcome { return outcome.inWords }
      let count = rig.facts(of: act).requestCount
      return count == 1 ? nil : "\(count) requests came"
    }
  }
}

extension HostileServer.Act {
  /// `act` by another name, so that what the server sees of it stands apart.
  init(_ name: String, as act: HostileServer.Act) {
    self.init(name, act.summary, scene: act.scene)
  }
}
