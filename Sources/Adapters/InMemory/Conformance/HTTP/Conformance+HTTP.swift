import ServiceTokenDomain
public import ServiceTokenPorts

extension Conformance {
  /// Holds `http` to ``/ServiceTokenPorts/Ports/HTTP``, against a server that it starts on a loopback address. It takes
  /// a second or two with a transport that keeps its promises.
  ///
  /// It cannot look at two of them: whether TLS is verified, for it has no certificates (put something that speaks TLS in
  /// front, by `reachedBy`, and both sides of that are yours to test), and whether anything is silent but errors.
  ///
  /// - Parameters:
  ///   - http: the transport to look at; all cases use it, one after another.
  ///   - except: what is known not to hold, and is not looked at.
  ///   - patience: how long, in real time, a call may take that has to end.
  ///   - reachedBy: gives the URL by which the transport reaches the server, for the server's own, which is plain HTTP;
  ///     neither ends with a slash. Asked once.
  /// - Returns: the promises that were not kept, in the order of the cases, the same in each run. No finding holds
  ///   anything of a request, or a text of an error. Cancelling the task makes the findings meaningless.
  /// - Throws: ``LoopbackServer/Failure`` when there is no port for the server; what `reachedBy` throws.
  public static func check(
    http: any Ports.HTTP, except: Set<HTTPCase> = [], patience: Duration = .seconds(30),
    reachedBy: (String) async throws -> String = { $0 }
  ) async throws -> [Finding] {
    // Made anew for each run: some hold gates that open once.
    let checks = HTTPCheck.all().filter { !except.contains($0.looksAt) }
    let server = try HostileServer(acts: checks.flatMap(\.acts) + [HTTPRig.goodbye], pace: .milliseconds(20))
    let rig = HTTPRig(http: http, server: server, url: try await reachedBy(server.url), patience: patience)
    var findings: [Finding] = []
    for check in checks {
      findings += await check.run(rig).map { Finding(promise: check.looksAt.promise, problem: $0) }
    }
    return findings
  }
}

/// How one case is looked at: what the server does, and what is wrong with what the transport makes of it.
struct HTTPCheck {
  let looksAt: Conformance.HTTPCase
  let acts: [HostileServer.Act]
  let run: (HTTPRig) async -> [String]

  /// - Parameter run: says what is wrong, nil for nothing.
  init(
    _ looksAt: Conformance.HTTPCase, _ acts: [HostileServer.Act], run: @escaping (HTTPRig) async -> String?
  ) {
    self.looksAt = looksAt
    self.acts = acts
    self.run = { rig in await run(rig).map { [$0] } ?? [] }
  }

  /// A check in which each of `acts` gets one request, and `wrong` judges what came of it.
  init(
    _ looksAt: Conformance.HTTPCase, each acts: [HostileServer.Act],
    wrong: @escaping (HostileServer.Act, HTTPRig.Outcome, HTTPRig) async -> String?
  ) {
    self.looksAt = looksAt
    self.acts = acts
    self.run = { rig in
      var problems: [String] = []
      for act in acts {
        await rig.letGoOfKeptConnections()
        let rig = rig.asOfNow
        let outcome = await rig.send(rig.post(act))
        if let problem = await wrong(act, outcome, rig) { problems.append("\(act): \(problem)") }
      }
      return problems
    }
  }

  static func all() -> [HTTPCheck] { requests() + answers() + failures() + bounds() + cancellations() }
}

extension HostileServer.Act {
  /// An act of the suite; its name says enough.
  init(_ name: String, reply: @escaping @Sendable (HostileServer.Visit) -> LoopbackServer.Reply) {
    self.init(name, "Is a part of the conformance suite.", reply: reply)
  }

  /// One of the package's acts.
  static func known(_ name: String) -> HostileServer.Act {
    guard let act = HostileServer.acts.first(where: { $0.name == name }) else { preconditionFailure("no act \(name)") }
    return act
  }
}
