/// The shells whose completions there are.
enum Shell: String, CaseIterable {
  case bash
  case zsh
  case fish

  /// A script for the shell to read, made of the lists by which arguments are understood: what it offers is what there is.
  var completions: String {
    switch self {
    case .bash: Self.bashCompletions
    case .zsh: Self.zshCompletions
    case .fish: Self.fishCompletions
    }
  }
}

extension Subcommand {
  /// The words that may come first, with what each does.
  static var first: [(word: String, summary: String)] {
    allCases.map { ($0.rawValue, $0.summary) } + [("help", Option.help.summary)]
  }
}
