/// How often each thing happened: a simulation in which nothing goes wrong proves nothing.
final class Tally {
  enum Thing: Hashable {
    case step, interrupted, event, clientEvent(String), inspected, shutDown
    case call(Errand), served, servedInWindow, waitedFor, missed, downloaded, cancelled, failed(String), refusedByGate
    case request, timedOut, sleep, demand, refresh, demandOrRefresh, refreshFailed, flightCancelled, lapsed
    case gateClosed, probe, probeSucceeded, requestBesideGate, expiredByTruth
    case recovered, protected, secretReread, secretChanged, secretFailed
    case reported, refusedElsewhere
    case fault(Fault), storm, revoked, rotated, jumped(ClockJump)
  }

  private var counts: [Thing: Int] = [:]
  private(set) var virtualTime: Int64 = 0

  func count(_ thing: Thing, _ times: Int = 1) { counts[thing, default: 0] += times }

  func add(virtualTime: Int64) { self.virtualTime += virtualTime }

  subscript(_ thing: Thing) -> Int { counts[thing, default: 0] }

  var callCount: Int { Errand.allCases.reduce(0) { $0 + self[.call($1)] } }

  /// A line for each group.
  var lines: [String] {
    let failures = counts.keys.compactMap { if case .failed(let code) = $0 { code } else { nil } }.sorted()
    let kinds = counts.keys.compactMap { if case .clientEvent(let kind) = $0 { kind } else { nil } }.sorted()
    return [
      line("calls", Errand.allCases.map { ("\($0)", .call($0)) }),
      line(
        "answers",
        [
          ("from the cache", .served), ("of these in the window", .servedInWindow), ("after waiting", .waitedFor),
          ("no token", .missed), ("download", .downloaded), ("cancelled", .cancelled),
        ] + failures.map { ($0, .failed($0)) }),
      line(
        "fetches",
        [
          ("demand", .demand), ("refresh", .refresh), ("either", .demandOrRefresh), ("refresh failed", .refreshFailed),
          ("given up", .flightCancelled), ("after a token had lapsed", .lapsed), ("sleeps", .sleep),
          ("requests", .request), ("time-outs", .timedOut),
        ]),
      line(
        "gate",
        [
          ("closed", .gateClosed), ("probes", .probe), ("of these brought a token", .probeSucceeded),
          ("callers refused", .refusedByGate), ("requests of fetches begun before", .requestBesideGate),
        ]),
      line(
        "refusals",
        [
          ("recovered", .recovered), ("protected", .protected), ("secret read again", .secretReread),
          ("another secret", .secretChanged),
          ("reported", .reported), ("refused elsewhere", .refusedElsewhere), ("revoked", .revoked),
          ("expired by the server's clock", .expiredByTruth),
        ]),
      line("faults", Fault.allCases.map { ("\($0)", .fault($0)) } + [("no secret", .secretFailed)]),
      line(
        "world",
        [("storms", .storm), ("rotations", .rotated)] + ClockJump.allCases.map { ("\($0)", .jumped($0)) }
          + [
            ("shutdowns", .shutDown), ("inspections", .inspected), ("events", .event), ("interruptions", .interrupted),
            ("steps", .step),
          ]),
      line("events", kinds.map { ($0, .clientEvent($0)) }),
    ]
  }

  private func line(_ title: String, _ things: [(String, Thing)]) -> String {
    "  \(title): " + things.map { "\($0.0) \(self[$0.1])" }.joined(separator: ", ")
  }
}
