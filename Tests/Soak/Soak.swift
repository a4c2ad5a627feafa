import Foundation

/// What only shows after long: that nothing is left behind.
///
/// Everything runs against a server in a process of its own, so that what is counted here is the client's.
@main
enum Soak {
  static let usage = """
    usage: service-token-soak [--requests N] [--cancelled N] [--seconds S]

      --requests N    calls through the whole client over connections that the server closes at random
                      (default 1000000)
      --cancelled N   requests in flight that are cancelled all at once (default 10000)
      --seconds S     how long the loop is watched while it has nothing to do (default 2)
    """

  /// By which this program is the server.
  static let serverArgument = "serve"

  static func main() async throws {
    var counts = ["--requests": 1_000_000, "--cancelled": 10_000, "--seconds": 2]
    var arguments = CommandLine.arguments.dropFirst()
    if arguments.first == serverArgument { try UnreliableServer.serve() }
    while let name = arguments.popFirst() {
      guard counts[name] != nil, let value = arguments.popFirst().flatMap({ Int($0) }), value > 0 else {
        FileHandle.standardError.write(Data("\(usage)\n".utf8))
        exit(64)
      }
      counts[name] = value
    }
    #if Curl
      let problems =
        try await Idleness.watch(for: .seconds(counts["--seconds", default: 0]))
        + Cancellation.run(counts["--cancelled", default: 0])
        + Endurance.run(counts["--requests", default: 0])
      for problem in problems { report("soak: \(problem)") }
      if !problems.isEmpty { exit(1) }
      report(
        "soak: \(counts["--requests", default: 0]) calls and \(counts["--cancelled", default: 0]) cancelled requests left nothing behind"
      )
    #else
      report("soak: built without libcurl, nothing to do")
      exit(1)
    #endif
  }
}

/// Prints a line at once: what is read later from a file is watched now by a person.
func report(_ line: String) {
  print(line)
  fflush(nil)
}
