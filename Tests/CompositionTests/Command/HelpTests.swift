import Foundation
import ServiceTokens
import Testing

@testable import service_token

@Suite("Command: help", .timeLimit(.minutes(1)))
struct HelpTests {
  private static let everyHelp =
    [["--help"], ["-h"], ["help"]] + Subcommand.allCases.flatMap { [["help", $0.rawValue], [$0.rawValue, "-h"]] }

  @Test("Command: help goes to standard output, with examples first, and knows every option of its command")
  func help() async throws {
    for words in Self.everyHelp {
      let run = await CommandRun(words)
      #expect(run.code == .done)
      #expect(run.errors.isEmpty)
      let subcommand = Subcommand.allCases.first { words.contains($0.rawValue) }
      let example = try #require(run.output.range(of: "\nExamples:\n"))
      for option in subcommand?.options ?? [] {
        let line = try #require(run.output.range(of: "\n  \(option.usage) "), "\(words) \(option)")
        #expect(example.upperBound <= line.lowerBound)
      }
    }
  }

  @Test("Command: help of all, and of what asks for tokens, knows every variable and every exit code")
  func surroundings() async {
    for words in [["--help"], ["get", "--help"], ["download", "--help"], ["doctor", "--help"]] {
      let run = await CommandRun(words)
      for code in ExitCode.allCases { #expect(run.output.contains("\n  \(code.rawValue) ")) }
      for variable in Variable.allCases { #expect(run.output.contains("\n  \(variable.rawValue) ")) }
    }
  }

  @Test("Command: the overview names every command, and so does whoever gives none")
  func overview() async {
    let (help, mistake) = (await CommandRun("--help"), await CommandRun())
    for subcommand in Subcommand.allCases {
      #expect(help.output.contains("\n  service-token \(subcommand.usage) "))
      #expect(mistake.errors.contains(subcommand.rawValue))
    }
  }

  @Test("Command: no line of any help is wider than 120 columns")
  func width() async {
    for words in Self.everyHelp {
      for line in await CommandRun(words).output.split(separator: "\n") { #expect(line.count <= 120, "\(line)") }
    }
  }

  @Test("Command: what an example shows is understood")
  func examples() throws {
    let examples = Example.overview + Subcommand.allCases.flatMap(Example.of)
    var understood = 0
    for example in examples {
      let text = example.lines.joined(separator: "\n").replacing("\\\n", with: "")
      for match in text.matches(of: /service-token (get|download|doctor|demo|completions)\b[^|)>\n]*/) {
        // As a shell parts words, as far as the examples need it.
        let words = String(match.output.0).split(separator: "\"", omittingEmptySubsequences: false).enumerated()
          .flatMap { $0 % 2 == 1 ? [String($1)] : $1.split(separator: " ").map(String.init) }
        _ = try Invocation(Array(words.dropFirst()))
        understood += 1
      }
    }
    #expect(understood >= examples.count)
  }

  @Test("Command: the README's table knows every variable")
  func readMe() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let page = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let table = page.split(separator: "\n").filter { $0.hasPrefix("| `MC_") }.joined()
    for variable in Variable.allCases { #expect(table.contains("`\(variable.rawValue)`")) }
  }
}
