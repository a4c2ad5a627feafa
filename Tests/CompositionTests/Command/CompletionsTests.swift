import Foundation
import Testing

@testable import service_token

@Suite("Command: completions", .timeLimit(.minutes(1)))
struct CompletionsTests {
  @Test(
    "Command: completions are a script and nothing else, and name every command, option and choice",
    arguments: Shell.allCases)
  func areComplete(_ shell: Shell) async {
    let run = await CommandRun("completions", shell.rawValue)
    #expect(run.code == .done)
    #expect(run.errors.isEmpty)
    for subcommand in Subcommand.allCases {
      #expect(run.output.contains(subcommand.rawValue))
      for choice in subcommand.operand?.choices ?? [] { #expect(run.output.contains(choice)) }
    }
    for option in Option.allCases {
      #expect(run.output.contains(shell == .fish ? "-l \(option.rawValue) " : option.spelling))
      for choice in option.value?.choices ?? [] { #expect(run.output.contains(choice)) }
    }
  }

  @Test("Command: an option is offered for the commands that take it, and for no other", arguments: Subcommand.allCases)
  func offers(_ subcommand: Subcommand) throws {
    let others = Option.allCases.filter { !subcommand.options.contains($0) }
    let fish = Shell.fish.completions.split(separator: "\n").filter { $0.contains("from \(subcommand.rawValue)'") }
    let zsh = Shell.zsh.completions
    let start = try #require(zsh.range(of: "        \(subcommand.rawValue)) _arguments"))
    let end = try #require(zsh.range(of: " ;;\n", range: start.upperBound..<zsh.endIndex))
    let zshText = String(zsh[start.upperBound..<end.lowerBound])
    for option in subcommand.options {
      #expect(fish.contains { $0.contains("-l \(option.rawValue) ") })
      #expect(zshText.contains("'\(option.spelling)[") || zshText.contains("'\(option.spelling)=["))
    }
    for option in others {
      #expect(!fish.contains { $0.contains("-l \(option.rawValue) ") })
      #expect(!zshText.contains("'\(option.spelling)[") && !zshText.contains("'\(option.spelling)=["))
    }
  }

  #if os(Linux)
    @Test("Command: bash reads its script, and completes by it what one types")
    func bash() async throws {
      let file = FileManager.default.temporaryDirectory.appending(path: "completions-\(UUID())")
      try Data(Shell.bash.completions.utf8).write(to: file)
      defer { try? FileManager.default.removeItem(at: file) }
      for subcommand in Subcommand.allCases {
        let offered = subcommand.options.map(\.spelling)
        #expect(try await completion(by: file, [subcommand.rawValue, "--"]) == offered)
      }
      for (words, offered) in [
        (["do"], ["download", "doctor"]), (["help", "g"], ["get"]), (["completions", "z"], ["zsh"]),
        (["get", "--format", ""], ["raw", "json", "header"]), (["get", "--format", "=", "h"], ["header"]),
        (["get", "--format", "="], ["raw", "json", "header"]), (["get", "--format", "x"], []),
        (["get", "--scope", "--"], []),
      ] {
        #expect(try await completion(by: file, words) == offered, "\(words)")
      }
    }

    /// What bash offers for the last of `words`.
    private func completion(by file: URL, _ words: [String]) async throws -> [String] {
      let script = """
        source "$0" || exit 1
        COMP_WORDS=(service-token "$@") COMP_CWORD=$#
        _service_token
        ((${#COMPREPLY[@]})) && printf '%s\\n' "${COMPREPLY[@]}"
        exit 0
        """
      let shell = URL(filePath: "/bin/bash")
      let ending = try await BuiltCommand(shell, ["-uc", script, file.path] + words).ending()
      #expect(ending.status == 0 && ending.errors.isEmpty, "\(ending.errors)")
      return ending.output.split(separator: "\n").map(String.init)
    }
  #endif
}
