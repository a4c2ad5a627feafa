import Glibc

/// The whole client, unchanged, in a simulated world: a seed decides what happens and in which order, so that what goes
/// wrong once goes wrong again.
@main
enum Simulation {
  static let usage = """
    usage: service-token-simulation [--seeds N] [--first SEED] [--trace]

      --seeds N      how many scenarios (default 500)
      --first SEED   the first one's seed (default 1)
      --trace        print everything that happens
    """

  static func main() {
    hashAlike()
    let options = options()
    Conductor.shared.takeOver()
    let tally = Tally()
    var digest: UInt64 = 0
    var failed: [UInt64] = []
    for number in 0..<UInt64(options.seeds) {
      let seed = options.first + number
      Watch.begin(seed)
      let world = World(seed, tally)
      if options.isTracing { world.observer.trace = { print($0) } }
      do { try world.run() } catch { world.observer.violation("\(error)") }
      digest = (digest ^ world.observer.digest) &* 0x100_0000_01B3
      guard !world.observer.violations.isEmpty else { continue }
      failed.append(seed)
      report(seed, world.observer.violations)
      if failed.count == 10 { break }
    }
    let hours = tally.virtualTime / 3_600_000_000_000
    print(
      "\(options.seeds) seeds from \(options.first), \(hours) virtual hours, \(tally.callCount) calls, "
        + "\(tally[.request]) requests, digest \(String(digest, radix: 16))")
    for line in tally.lines { print(line) }
    guard failed.isEmpty else {
      print("simulation: FAILED for \(failed.map(String.init).joined(separator: ", "))")
      exit(1)
    }
    print("simulation: \(options.seeds) seeds, and everything held")
  }

  /// What was wrong, the last things that happened before, and how to see all of it.
  private static func report(_ seed: UInt64, _ violations: [String]) {
    print("seed \(seed):")
    for violation in violations { print("  \(violation)") }
    print("  what happened before the first:")
    for line in linesBefore(seed) { print("    \(line)") }
    print(
      "  again: Scripts/check-simulation 1 \(seed), with everything that happens: TRACE=1 Scripts/check-simulation 1 \(seed)"
    )
    fflush(nil)
  }

  /// The scenario once more: it goes the same way, so this time somebody writes down what happens.
  private static func linesBefore(_ seed: UInt64) -> ArraySlice<String> {
    let world = World(seed, Tally())
    var lines: [String] = []
    world.observer.trace = { if world.observer.violations.isEmpty { lines.append($0) } }
    try? world.run()
    return lines.suffix(12)
  }

  // MARK: - Arguments

  private static func options() -> (seeds: Int, first: UInt64, isTracing: Bool) {
    var options = (seeds: 500, first: UInt64(1), isTracing: false)
    var arguments = CommandLine.arguments.dropFirst()
    while let name = arguments.popFirst() {
      if name == "--trace" {
        options.isTracing = true
      } else if name == "--seeds", let count = arguments.popFirst().flatMap({ Int($0) }) {
        options.seeds = count
      } else if name == "--first", let seed = arguments.popFirst().flatMap({ UInt64($0) }) {
        options.first = seed
      } else {
        wrongUsage()
      }
    }
    return options
  }

  private static func wrongUsage() -> Never {
    print(usage)
    exit(64)
  }

  /// Sets and dictionaries have another order in each process, and a scenario must not. The runtime looks at the
  /// variable when it starts, so the program starts once more.
  private static func hashAlike() {
    let name = "SWIFT_DETERMINISTIC_HASHING"
    guard unsafe getenv(name) == nil else { return }
    unsafe setenv(name, "1", 1)
    unsafe execv("/proc/self/exe", CommandLine.unsafeArgv)
    preconditionFailure("the program cannot start itself again: error \(errno)")
  }
}

/// Ends a scenario that hangs, with its seed.
enum Watch {
  private nonisolated(unsafe) static var seed: UInt64 = 0

  static func begin(_ seed: UInt64) {
    unsafe Self.seed = seed
    signal(SIGALRM) { _ in
      print("seed \(unsafe Watch.seed): hangs")
      fflush(nil)
      _exit(1)
    }
    alarm(60)
  }
}
