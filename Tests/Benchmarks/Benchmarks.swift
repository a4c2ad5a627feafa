import Glibc

/// How fast it is, in figures whose names stay the same, so that they can be compared over time.
@main
enum Benchmarks {
  /// By which this program is the server, or the process whose size is measured.
  static let serverArgument = "serve"
  static let holderArgument = "hold"

  static func main() async throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    switch arguments.first {
    case serverArgument: try Server.run()
    case holderArgument: try await MemoryUse.hold(issuer: arguments.dropFirst().first ?? "")
    default: break
    }
    guard let options = Options(arguments) else {
      fail(Options.usage)
    }
    let names = Benchmark.all.flatMap(\.names)
    let chosen = Benchmark.all.filter { $0.names.contains { options.wants($0, of: names) } }
    if chosen.isEmpty {
      fail("no figure is called \(options.only ?? "")")
    }
    do {
      let bench = try Bench(options)
      for benchmark in chosen {
        for figure in try await benchmark.run(bench) {
          print(options.isJSON ? figure.json : figure.line)
          fflush(nil)
        }
      }
    } catch {
      fail("\(error)", status: 1)
    }
  }

  private static func fail(_ text: String, status: Int32 = 64) -> Never {
    let line = Array("\(text)\n".utf8)
    _ = unsafe write(STDERR_FILENO, line, line.count)
    exit(status)
  }
}
