import ServiceTokenDomain

extension HTTPCheck {
  static func bounds() -> [HTTPCheck] {
    [
      deadlineInSilence, deadlineInHead, deadlineInBody, successLimit, failureLimit, unpackedLimit, nothingReadBeyond,
      boundedHead,
    ]
  }

  // MARK: - One deadline

  /// By how much a timer that counts whole milliseconds may be early.
  private static let grain = Duration.milliseconds(5)

  private static var deadlineInSilence: HTTPCheck { noHeadInTime(.deadlineInSilence, .known("silent")) }

  private static var deadlineInHead: HTTPCheck { noHeadInTime(.deadlineInHead, .known("slow-head")) }

  private static func noHeadInTime(_ looksAt: Conformance.HTTPCase, _ act: HostileServer.Act) -> HTTPCheck {
    HTTPCheck(looksAt, [act]) { rig in
      let start = ContinuousClock.now
      let outcome = await rig.send(rig.post(act), timeout: .milliseconds(200))
      if let problem = outcome.problem(unlessFailure: .timeOut) { return problem }
      return ContinuousClock.now - start < .milliseconds(200) - grain ? "it ended before its time" : nil
    }
  }

  private static var deadlineInBody: HTTPCheck {
    let act = HostileServer.Act.known("slow-body")
    return HTTPCheck(.deadlineInBody, [act]) { rig in
      var outcome = HTTPRig.Outcome.hung
      // On a busy machine even a head takes its time.
      for timeout in [Duration.milliseconds(300), .seconds(2), .seconds(10)] {
        outcome = await rig.send(rig.post(act), timeout: timeout)
        if outcome.failure?.kind != .timeOut { break }
      }
      guard let answer = outcome.answer, answer.status == 200, case .brokenOff(let failure) = answer.end else {
        return outcome.inWords
      }
      return failure.kind == .timeOut ? nil : outcome.inWords
    }
  }

  // MARK: - Bounded memory

  private static var successLimit: HTTPCheck { limit(.successLimit, "success-limit", [200, 201]) }

  private static var failureLimit: HTTPCheck { limit(.failureLimit, "failure-limit", [400, 503]) }

  private static func limit(_ looksAt: Conformance.HTTPCase, _ name: String, _ statuses: [Int]) -> HTTPCheck {
    // The size of the body is the last segment of the path, the status the one before.
    let act = HostileServer.Act(name) { visit in
      let numbers = visit.request.path.split(separator: "/").compactMap { Int($0) }
      guard numbers.count == 2 else { return .answer(404) }
      return .answer(numbers[0], body: [UInt8](repeating: 0x61, count: numbers[1]))
    }
    return HTTPCheck(looksAt, [act]) { rig in
      for status in statuses {
        let limits = HTTPRequest.Limits(success: 3000, failure: 2000)
        let size = limits.bytes(forStatus: status)
        for (sent, end) in [(size, HTTPResponse.End.complete), (size + 1, .tooLong), (size * 50, .tooLong)] {
          var request = rig.post(act, "/\(status)/\(sent)")
          request.limits = limits
          let outcome = await rig.send(request)
          if let problem = outcome.problem(unless: status, end) {
            return "\(status) with \(sent) bytes and a limit of \(size): \(problem)"
          }
          if let count = outcome.answer?.body.count, count != size {
            return "\(status) with \(sent) bytes and a limit of \(size): \(count) bytes are kept"
          }
        }
      }
      return nil
    }
  }

  private static var unpackedLimit: HTTPCheck {
    HTTPCheck(.unpackedLimit, each: [.known("gzip-bomb"), .known("gzip-bomb-refusal")]) { act, outcome, rig in
      guard let answer = outcome.answer else { return outcome.inWords }
      // As it was sent is right too: nobody asked for the coding.
      let limit = rig.post(act).limits.bytes(forStatus: answer.status)
      return answer.body.count > limit ? "\(answer.body.count) bytes are kept" : nil
    }
  }

  /// More than the buffers between two sockets take, and not so much that a transport which reads on is a danger.
  private static let flood = 64 * 1024 * 1024

  private static func flooding(_ name: String, _ start: String, _ piece: String = "a") -> HostileServer.Act {
    let chunk = Array(String(repeating: piece, count: 65_536 / piece.utf8.count).utf8)
    let steps = Array(repeating: LoopbackServer.Reply.Step.bytes(chunk), count: flood / chunk.count)
    let reply = LoopbackServer.Reply(steps: [.bytes(Array(start.utf8))] + steps + [.close])
    return HostileServer.Act(name) { _ in reply }
  }

  private static var nothingReadBeyond: HTTPCheck {
    let acts = [200, 302, 400, 503].map { status in
      flooding("flood-\(status)", "HTTP/1.1 \(status) Status\r\nLocation: /elsewhere\r\n\r\n")
    }
    return HTTPCheck(.nothingReadBeyond, each: acts) { act, outcome, rig in
      guard let answer = outcome.answer, answer.end == .tooLong else { return outcome.inWords }
      return await rig.isCutOff(act) ? nil : "all of it was taken"
    }
  }

  private static var boundedHead: HTTPCheck {
    let acts = [
      flooding("flood-status-line", "HTTP/1.1 200 "), flooding("flood-field", "HTTP/1.1 200 OK\r\nX-Long: "),
      flooding("flood-fields", "HTTP/1.1 200 OK\r\n", "X-More: 0123456789\r\n"),
      flooding("flood-interim", "", "HTTP/1.1 100 Continue\r\n\r\n"),
    ]
    return HTTPCheck(.boundedHead, each: acts) { act, outcome, rig in
      if let problem = outcome.problem(unlessFailure: nil) { return problem }
      return await rig.isCutOff(act) ? nil : "all of it was taken"
    }
  }
}

extension HTTPRig {
  /// Whether the client closed the connection of `act` before it had taken all that the server had to send. Waits until
  /// one or the other is true, within patience.
  fileprivate func isCutOff(_ act: HostileServer.Act) async -> Bool {
    let connections = facts(of: act).connections
    let stage = server.stage
    let ended = await outcome(within: patience) {
      await stage.until { facts in connections.isSubset(of: facts.closedByClient) || facts.open == 0 }
    }
    return ended != nil && connections.isSubset(of: stage.facts.closedByClient)
  }
}
