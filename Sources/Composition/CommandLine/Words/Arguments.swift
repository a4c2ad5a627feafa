/// The words of the command line, sorted: the subcommand, its operand, and options with their values.
struct Arguments {
  private(set) var subcommand: Subcommand?
  private(set) var operand: String?
  private var values: [Option: String] = [:]

  init(_ words: [String]) throws(UsageError) {
    var rest = words[...]
    var isHelpAsked = false
    while let word = rest.popFirst() {
      if word == "-h" {
        values[.help] = ""
      } else if word.hasPrefix("-") {
        try take(word, &rest)
      } else if subcommand == nil, !isHelpAsked, word == "help" {
        isHelpAsked = true
        values[.help] = ""
      } else if subcommand == nil {
        guard let known = Subcommand(rawValue: word) else {
          throw UsageError(unknown: "command", word, knowing: Subcommand.allCases.map(\.rawValue))
        }
        subcommand = known
      } else if operand == nil, subcommand?.operand != nil {
        operand = word
      } else {
        throw UsageError("unexpected argument \(word.debugDescription)")
      }
    }
    try checkOptions()
  }

  func has(_ option: Option) -> Bool { values[option] != nil }

  subscript(_ option: Option) -> String? { values[option] }

  private mutating func take(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let option = Option.allCases.first(where: { $0.spelling == parts[0] }) else {
      throw Self.refusal(ofUnknown: parts[0])
    }
    guard !has(option) else { throw UsageError("\(option.spelling) is there twice") }
    if option.value == nil {
      guard parts.count == 1 else { throw UsageError("\(option.spelling) takes no value") }
      values[option] = ""
    } else if parts.count == 2 {
      values[option] = parts[1]
    } else {
      guard let next = rest.first, !next.hasPrefix("--") else { throw UsageError("\(option.spelling) needs a value") }
      values[option] = next
      rest.removeFirst()
    }
  }

  /// Shows the option's name, never a value: it may be a secret.
  private static func refusal(ofUnknown spelling: String) -> UsageError {
    let isSecret = ["secret", "password"].contains { spelling.lowercased().contains($0) }
    guard !isSecret else {
      return UsageError(
        "a secret is never an argument, because others on this machine can read it there; "
          + "put it into a file and name that in MC_CLIENT_SECRET_FILE")
    }
    return UsageError(unknown: "option", spelling, knowing: Option.allCases.map(\.spelling))
  }

  private func checkOptions() throws(UsageError) {
    guard let subcommand, !has(.help), !has(.version) else { return }
    for option in Option.allCases where has(option) && !subcommand.options.contains(option) {
      throw UsageError("\(option.spelling) is no option of '\(subcommand.rawValue)'")
    }
    let missing = subcommand.required.filter { !has($0) }.map(\.spelling)
    if let wanted = subcommand.operand, operand == nil {
      throw UsageError("'\(subcommand.rawValue)' needs one of \(wanted.choices.joined(separator: ", "))")
    }
    guard missing.isEmpty else {
      throw UsageError("'\(subcommand.rawValue)' needs \(missing.joined(separator: " and "))")
    }
  }
}
