extension Shell {
  /// To be read by a running shell, or put as `service-token.fish` into its folder of completions.
  static var fishCompletions: String {
    let names = Subcommand.allCases.map(\.rawValue).joined(separator: " ")
    var lines = ["# service-token for fish: service-token completions fish | source", "complete -c service-token -f"]
    for (word, summary) in Subcommand.first {
      lines.append("complete -c service-token -n __fish_use_subcommand -a \(word) -d \(quoted(summary))")
    }
    for option in [Option.help, .version] {
      let specification = specification(of: option, option.summary)
      lines.append("complete -c service-token -n __fish_use_subcommand \(specification)")
    }
    lines.append("complete -c service-token -n '__fish_seen_subcommand_from help' -a '\(names)'")
    for subcommand in Subcommand.allCases {
      let condition = "-n '__fish_seen_subcommand_from \(subcommand.rawValue)'"
      if let operand = subcommand.operand {
        lines.append("complete -c service-token \(condition) -a '\(operand.words)'")
      }
      for option in subcommand.options {
        let specification = specification(of: option, subcommand.summary(of: option))
        lines.append("complete -c service-token \(condition) \(specification)")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What `complete` is told of an option: `-x` where a value must follow, which is no file.
  private static func specification(of option: Option, _ summary: String) -> String {
    let choices = option.value.map { $0.choices.isEmpty ? " -x" : " -x -a '\($0.words)'" } ?? ""
    return "-l \(option.rawValue)\(choices) -d \(quoted(summary))"
  }

  private static func quoted(_ text: String) -> String {
    "'\(text.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
  }
}
