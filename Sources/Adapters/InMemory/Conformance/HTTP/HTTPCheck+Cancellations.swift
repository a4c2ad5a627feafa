import ServiceTokenDomain
import ServiceTokenPorts

extension HTTPCheck {
  static func cancellations() -> [HTTPCheck] {
    [
      cancelledBefore, cancelledInFlight, cancelledInBody, cancelledOnTheWire, cancelledFromOutside, othersGoOn,
      manyAtOnce,
    ]
  }

  private static var cancelledBefore: HTTPCheck {
    let act = HostileServer.Act("cancelled-before") { _ in .answer(200) }
    return HTTPCheck(.cancelledBefore, [act]) { rig in
      let (http, request) = (rig.http, rig.post(act))
      let early = HTTPRig.Outcome(
        await outcome(within: rig.patience) {
          unsafe withUnsafeCurrentTask { task in unsafe task?.cancel() }
          return try await http.send(request, timeout: HTTPRig.ample)
        })
      guard case .cancelled = early else { return early.inWords }
      // Whatever was sent before would have come before this one.
      if let problem = await rig.send(rig.post(act, "/after")).problem(unless: 200) { return problem }
      return rig.facts(of: act).requestCount == 1 ? nil : "it was sent"
    }
  }

  private static var cancelledInFlight: HTTPCheck {
    let arrived = Promise<Void>()
    let act = HostileServer.Act.unanswered("cancelled-in-flight", once: arrived)
    return HTTPCheck(.cancelledInFlight, [act]) { rig in
      let (http, request) = (rig.http, rig.post(act))
      return await rig.problem(with: act, once: arrived, cancel: { $0.cancel() }) {
        try await http.send(request, timeout: HTTPRig.ample)
      }
    }
  }

  private static var cancelledInBody: HTTPCheck {
    let arrived = Promise<Void>()
    let act = HostileServer.Act("cancelled-in-body") { _ in
      .raw("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc").then(.act { arrived.settle(.success(())) })
        .then(.never)
    }
    return HTTPCheck(.cancelledInBody, [act]) { rig in await rig.problem(cancelling: act, once: arrived) }
  }

  private static var cancelledOnTheWire: HTTPCheck {
    let arrived = Promise<Void>()
    let act = HostileServer.Act.unanswered("cancelled-on-the-wire", once: arrived)
    return HTTPCheck(.cancelledOnTheWire, [act]) { rig in
      if let problem = await rig.problem(cancelling: act, once: arrived) { return problem }
      let connections = rig.facts(of: act).connections
      let stage = rig.server.stage
      _ = await outcome(within: rig.patience) {
        await stage.until { connections.isSubset(of: $0.closedByClient) }
      }
      return connections.isSubset(of: stage.facts.closedByClient) ? nil : "its connection stays open"
    }
  }

  private static var cancelledFromOutside: HTTPCheck {
    let arrived = Promise<Void>()
    let act = HostileServer.Act.unanswered("cancelled-from-outside", once: arrived)
    return HTTPCheck(.cancelledFromOutside, [act]) { rig in
      let (http, request) = (rig.http, rig.post(act))
      let before = Ports.Cancellation()
      before.cancel()
      let early = HTTPRig.Outcome(
        await outcome(within: rig.patience) {
          try await http.send(request, timeout: HTTPRig.ample, cancelledBy: before)
        })
      guard case .cancelled = early else { return "cancelled before, \(early.inWords)" }
      let cancellation = Ports.Cancellation()
      let problem = await rig.problem(with: act, once: arrived, cancel: { _ in cancellation.cancel() }) {
        try await http.send(request, timeout: HTTPRig.ample, cancelledBy: cancellation)
      }
      return problem ?? (rig.facts(of: act).requestCount == 1 ? nil : "cancelled before, it was sent")
    }
  }

  private static var othersGoOn: HTTPCheck {
    let (count, gate, arrived) = (10, LoopbackServer.Gate(), Promise<Void>())
    let arrivals = Locked(0)
    let act = HostileServer.Act("others-go-on") { _ in
      let isLast = arrivals.withLock { arrivals in
        arrivals += 1
        return arrivals == count
      }
      if isLast { arrived.settle(.success(())) }
      return .answer(200).after(gate)
    }
    return HTTPCheck(.othersGoOn, [act]) { rig in
      let (http, request) = (rig.http, rig.post(act))
      let tasks = (0..<count).map { _ in Task { try await http.send(request, timeout: HTTPRig.ample) } }
      defer { gate.open() }
      guard await outcome(within: rig.patience, of: { try await arrived.value() }) != nil else {
        for task in tasks { task.cancel() }
        return "\(count) requests did not come at once"
      }
      for task in tasks.prefix(count / 2) { task.cancel() }
      for task in tasks.prefix(count / 2) {
        let left = HTTPRig.Outcome(await outcome(within: rig.patience) { try await task.value })
        guard case .cancelled = left else { return left.inWords }
      }
      gate.open()
      for task in tasks.dropFirst(count / 2) {
        let stayed = HTTPRig.Outcome(await outcome(within: rig.patience) { try await task.value })
        if let problem = stayed.problem(unless: 200) { return problem }
      }
      return nil
    }
  }

  private static var manyAtOnce: HTTPCheck {
    let (count, gate) = (100, LoopbackServer.Gate())
    let arrivals = Locked(0)
    let act = HostileServer.Act("many-at-once") { _ in
      let isLast = arrivals.withLock { arrivals in
        arrivals += 1
        return arrivals == count
      }
      if isLast { gate.open() }
      return .answer(200).after(gate)
    }
    return HTTPCheck(.manyAtOnce, [act]) { rig in
      let outcomes = await withTaskGroup(of: HTTPRig.Outcome.self) { group in
        for _ in 0..<count { group.addTask { await rig.send(rig.post(act)) } }
        return await group.reduce(into: []) { $0.append($1) }
      }
      return outcomes.lazy.compactMap { $0.problem(unless: 200) }.first
    }
  }
}

extension HostileServer.Act {
  /// Says that a request has `arrived`, and never answers it.
  fileprivate static func unanswered(_ name: String, once arrived: Promise<Void>) -> HostileServer.Act {
    HostileServer.Act(name) { _ in .act { arrived.settle(.success(())) }.then(.never) }
  }
}

extension HTTPRig {
  /// Cancels a request to `act` once it has `arrived`; says what is wrong with how it ends.
  fileprivate func problem(cancelling act: HostileServer.Act, once arrived: Promise<Void>) async -> String? {
    let (http, request) = (http, post(act))
    return await problem(with: act, once: arrived, cancel: { $0.cancel() }) {
      try await http.send(request, timeout: Self.ample, cancelledBy: Ports.Cancellation())
    }
  }

  /// Calls `cancel` once the request to `act` that `send` makes has `arrived`; says what is wrong with how it ends.
  fileprivate func problem(
    with act: HostileServer.Act, once arrived: Promise<Void>, cancel: (Task<HTTPResponse, any Error>) -> Void,
    send: @escaping @Sendable () async throws -> HTTPResponse
  ) async -> String? {
    let sending = Task { try await send() }
    defer { sending.cancel() }
    guard await outcome(within: patience, of: { try await arrived.value() }) != nil else { return "it was not sent" }
    cancel(sending)
    let left = Outcome(await outcome(within: patience) { try await sending.value })
    guard case .cancelled = left else { return left.inWords }
    return nil
  }
}
