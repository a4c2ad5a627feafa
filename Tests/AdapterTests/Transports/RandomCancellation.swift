import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenPorts
import TestSupport

/// When a request of a round is cancelled.
private enum Moment: CaseIterable {
  case never
  case atOnce
  case beforeTheAnswer
  case inTheBody
  case afterTheAnswer
  case withoutAnswer
}

/// A fixed sequence, so that a round that fails fails again.
private struct Sequence64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 33)
  }
}

/// Sends `count` requests, 64 at a time, and cancels them at chosen moments: by the server's own threads, between two
/// bytes of its answer, so that cancellation and answer meet in the transport.
///
/// - Returns: what went wrong, in words.
func cancelAtRandom(_ count: Int, over http: any Ports.HTTP) async throws -> [String] {
  var random = Sequence64(state: 0x5EED)
  let moments = (0..<count).map { _ in Moment.allCases.randomElement(using: &random) ?? .never }
  let tasks = Locked<[Int: Task<String?, Never>]>([:])
  let cancel: @Sendable (Int) -> LoopbackServer.Reply = { index in
    .act { tasks.withLock { $0[index] }?.cancel() }
  }
  let server = try LoopbackServer { request in
    guard let index = Int(request.path.dropFirst()) else { return .answer(404) }
    let head = LoopbackServer.Reply.raw("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc")
    let rest = LoopbackServer.Reply.raw("def")
    return switch moments[index] {
    case .never, .atOnce: head.then(rest)
    case .beforeTheAnswer: cancel(index).then(head).then(rest)
    case .inTheBody: head.then(cancel(index)).then(rest)
    case .afterTheAnswer: head.then(rest).then(cancel(index))
    case .withoutAnswer: cancel(index).then(.never)
    }
  }
  let url = server.url
  let findings = await withTaskGroup(of: String?.self) { group in
    var findings: [String] = []
    for index in 0..<count {
      if index >= 64, let finding = await group.next() ?? nil { findings.append(finding) }
      let task = tasks.withLock { tasks in
        let task = Task { await outcome(of: .post("\(url)/\(index)"), moments[index], over: http) }
        tasks[index] = task
        return task
      }
      if moments[index] == .atOnce { task.cancel() }
      group.addTask { await task.value }
    }
    for await finding in group { if let finding { findings.append(finding) } }
    return findings
  }
  server.stop()
  return findings
}

private func outcome(of request: HTTPRequest, _ moment: Moment, over http: any Ports.HTTP) async -> String? {
  do {
    let response = try await http.send(request, timeout: ample)
    let isWhole = response.status == 200 && response.end == .complete && response.body == Array("abcdef".utf8)
    if moment == .withoutAnswer { return "an answer that was never sent" }
    return isWhole ? nil : "a part of an answer, cancelled \(moment)"
  } catch is CancellationError {
    return moment == .never ? "a cancellation that was never asked for" : nil
  } catch {
    return "\(error), cancelled \(moment)"
  }
}
