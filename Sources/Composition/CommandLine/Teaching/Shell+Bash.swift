extension Shell {
  /// For bash 4 and later. Bash parts words at `=`, so the value of `--format=json` is a word of its own.
  static var bashCompletions: String {
    """
    # service-token for bash: source <(service-token completions bash)
    _service_token() {
      local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command= each words
      if [[ $word == '=' ]]; then
        word=
      elif [[ $before == '=' ]]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
      fi
      COMPREPLY=()
      case $before in
    \(values)
      esac
      for each in "${COMP_WORDS[@]:1:COMP_CWORD - 1}"; do
        case $each in
          \(Subcommand.first.map(\.word).joined(separator: "|"))) command=$each; break ;;
        esac
      done
      case $command in
        '') words='\((Subcommand.first.map(\.word) + [Option.help.spelling, Option.version.spelling]).joined(separator: " "))' ;;
        help) words='\(Subcommand.allCases.map(\.rawValue).joined(separator: " "))' ;;
    \(commands)
      esac
      COMPREPLY=($(compgen -W "$words" -- "$word"))
    }
    complete -F _service_token service-token

    """
  }

  /// After an option with a value: its choices, or nothing, for what is free text is not a word of ours.
  private static var values: String {
    let withValue = Option.allCases.filter { $0.value != nil }
    let free = withValue.filter { $0.value?.choices.isEmpty == true }.map(\.spelling).joined(separator: "|")
    let listed = withValue.compactMap { option in
      option.value.flatMap { value in
        value.choices.isEmpty
          ? nil : "    \(option.spelling)) COMPREPLY=($(compgen -W '\(value.words)' -- \"$word\")); return ;;"
      }
    }
    return (["    \(free)) return ;;"] + listed).joined(separator: "\n")
  }

  private static var commands: String {
    Subcommand.allCases.map { subcommand in
      let words = (subcommand.operand?.choices ?? []) + subcommand.options.map(\.spelling)
      return "    \(subcommand.rawValue)) words='\(words.joined(separator: " "))' ;;"
    }.joined(separator: "\n")
  }
}
