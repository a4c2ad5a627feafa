/// What the command can be asked to do. Arguments, help and completions all go by this list.
enum Subcommand: String, CaseIterable {
  case get
  case download
  case doctor
  case demo
  case completions

  /// What it does, in one line.
  var summary: String {
    switch self {
    case .get: "a service token, with which a backend calls an API"
    case .download: "a token with which one user may read one object"
    case .doctor: "says why there is no token, and what to do"
    case .demo: "what the client does, drawn as a timeline"
    case .completions: "what a shell needs to complete this command"
    }
  }

  /// Whether it sends requests to a server.
  var sends: Bool {
    switch self {
    case .get, .download, .doctor: true
    case .demo, .completions: false
    }
  }

  /// The word that it needs besides options; nil for most.
  var operand: Value? {
    switch self {
    case .get, .download, .doctor, .demo: nil
    case .completions: Value("SHELL", of: Shell.allCases.map(\.rawValue))
    }
  }

  /// The options without which it does nothing.
  var required: [Option] {
    switch self {
    case .get: [.scope]
    case .download: [.tenant, .user, .object]
    case .doctor, .demo, .completions: []
    }
  }

  /// All options that it takes, the required ones first.
  var options: [Option] {
    switch self {
    case .get: required + [.format, .json, .clientAuth, .transport, .embedded, .verbose, .help]
    case .download:
      required + [.ttl, .baseURL, .format, .json, .clientAuth, .transport, .embedded, .verbose, .help]
    case .doctor: [.scope, .json, .clientAuth, .transport, .help]
    case .demo: [.json, .help]
    case .completions: [.help]
    }
  }

  /// What an option is for, in one line.
  func summary(of option: Option) -> String {
    switch (self, option) {
    case (.doctor, .json): "one object of JSON, at the end"
    case (.demo, .json): "the events behind the picture, each an object of JSON on a line of its own"
    default: option.summary
    }
  }

  /// What its JSON is, where it is that of no failure.
  var output: String? {
    switch self {
    case .get: #"{"access_token":…,"token_type":…,"expires_in":…,"expires_at":…,"scope":…}"#
    case .download: #"{"token":…,"expires_at":…,"url":…}, the url where there is --base-url"#
    case .doctor:
      #"{"exit_code":…,"failure":…,"warnings":…,"findings":[{"check":…,"finding":…,"grade":…,"saw":…,"advice":…}],…}"#
    case .demo: #"{"at_ms":…,"scene":…,"event":…,"endpoint":…,"count":…,"status":…,"duration_ms":…}"#
    case .completions: nil
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
