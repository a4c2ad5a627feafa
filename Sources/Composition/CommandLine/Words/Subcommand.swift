/// What the command can be asked to do. Arguments, help and completions all go by this list.
enum Subcommand: String, CaseIterable {
  case get
  case download
  case doctor
  case completions

  /// What it does, in one line.
  var summary: String {
    switch self {
    case .get: "a service token"
    case .download: "a token with which one user may read one object"
    case .doctor: "says why there is no token, and what to do"
    case .completions: "what a shell needs to complete this command"
    }
  }

  /// The word that it needs besides options; nil for most.
  var operand: Value? {
    switch self {
    case .get, .download, .doctor: nil
    case .completions: Value("SHELL", of: Shell.allCases.map(\.rawValue))
    }
  }

  /// The options without which it does nothing.
  var required: [Option] {
    switch self {
    case .get: [.scope]
    case .download: [.tenant, .user, .object]
    case .doctor, .completions: []
    }
  }

  /// All options that it takes, the required ones first.
  var options: [Option] {
    switch self {
    case .get: required + [.format, .json, .clientAuth, .transport, .embedded, .verbose, .help]
    case .download:
      required + [.ttl, .baseURL, .format, .json, .clientAuth, .transport, .embedded, .verbose, .help]
    case .doctor: [.scope, .json, .clientAuth, .transport, .help]
    case .completions: [.help]
    }
  }

  /// How it is called, at the least.
  var usage: String {
    ([rawValue, operand?.placeholder].compactMap { $0 } + required.map(\.usage)).joined(separator: " ")
  }
}

/// What stands for a value: a placeholder, and the values that there are where they can be listed.
struct Value {
  let placeholder: String
  let choices: [String]

  init(_ placeholder: String, of choices: [String] = []) {
    self.placeholder = placeholder
    self.choices = choices
  }

  /// The choices as shells take a list of words.
  var words: String { choices.joined(separator: " ") }
}
