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
      let file = try scriptFile(for: .bash)
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

    @Test("Command: fish reads its script, and completes by it what one types", .enabled(if: isInstalled(.fish)))
    func fish() async throws {
      let file = try scriptFile(for: .fish)
      defer { try? FileManager.default.removeItem(at: file) }
      for (line, offered) in [
        ("service-token do", ["doctor", "download"]), ("service-token demo --j", ["--json"]),
        ("service-token get --format ", ["header", "json", "raw"]), ("service-token completions z", ["zsh"]),
      ] {
        let script = "source $argv[1]; complete -C $argv[2]"
        let ending = try await BuiltCommand(
          Self.program(.fish), ["--no-config", "-c", script, file.path, line], variables: ["HOME": "/nonexistent"]
        ).ending()
        let words = ending.output.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
        #expect(ending.status == 0 && words.sorted() == offered, "\(line): \(ending.errors)")
      }
    }

    @Test("Command: zsh reads its script, and knows by whom to complete", .enabled(if: isInstalled(.zsh)))
    func zsh() async throws {
      let file = try scriptFile(for: .zsh)
      defer { try? FileManager.default.removeItem(at: file) }
      let script = "autoload -Uz compinit; compinit -u -D; source $1; print -r -- $_comps[service-token]"
      let ending = try await BuiltCommand(Self.program(.zsh), ["-fc", script, "zsh", file.path]).ending()
      #expect(ending.status == 0 && ending.output == "_service_token\n", "\(ending.errors)")
    }

    private static func program(_ shell: Shell) -> URL { URL(filePath: "/usr/bin/\(shell.rawValue)") }

    private static func isInstalled(_ shell: Shell) -> Bool {
      FileManager.default.isExecutableFile(atPath: program(shell).path)
    }

    private func scriptFile(for shell: Shell) throws -> URL {
      let file = FileManager.default.temporaryDirectory.appending(path: "completions-\(UUID())")
      try Data(shell.completions.utf8).write(to: file)
      return file
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
