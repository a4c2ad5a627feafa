extension Shell {
  /// To be read by a shell that has called `compinit`, or put as `_service-token` into a folder of its `fpath`.
  static var zshCompletions: String {
    """
    #compdef service-token
    # service-token for zsh: source <(service-token completions zsh)
    _service_token() {
      local context state state_descr line
      typeset -A opt_args
      _arguments -C \(specification(of: .help, Option.help.summary)) \(specification(of: .version, Option.version.summary)) '1: :->command' '*:: :->rest' && return
      case $state in
        command)
          local -a commands=(
    \(Subcommand.first.map { "        \(quoted("\($0.word):\($0.summary)"))" }.joined(separator: "\n"))
          )
          _describe -t commands command commands ;;
        rest)
          case $words[1] in
            help) _values command \(Subcommand.allCases.map(\.rawValue).joined(separator: " ")) ;;
    \(Subcommand.allCases.map(arguments).joined(separator: "\n"))
          esac ;;
      esac
    }
    # Read as a function's file it is that function's body; else it makes one.
    if [[ $funcstack[1] == _service-token ]]; then _service_token "$@"; else compdef _service_token service-token; fi

    """
  }

  private static func arguments(of subcommand: Subcommand) -> String {
    let operand = subcommand.operand.map { [quoted("1:\($0.placeholder):(\($0.words))")] } ?? []
    let options = subcommand.options.map { specification(of: $0, subcommand.summary(of: $0)) }
    let lines = (operand + options).map { "            \($0)" }
    return "        \(subcommand.rawValue)) _arguments \\\n\(lines.joined(separator: " \\\n")) ;;"
  }

  /// One argument of `_arguments` (zshcompsys).
  private static func specification(of option: Option, _ summary: String) -> String {
    let summary = summary.replacing("[", with: "\\[").replacing("]", with: "\\]")
    guard let value = option.value else { return quoted("\(option.spelling)[\(summary)]") }
    let choices = value.choices.isEmpty ? " " : "(\(value.words))"
    return quoted("\(option.spelling)=[\(summary)]:\(value.placeholder):\(choices)")
  }

  private static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "'\\''"))'" }
}
