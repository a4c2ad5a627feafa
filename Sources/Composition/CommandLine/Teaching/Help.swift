/// What `--help` prints: examples first, then what there is to know.
enum Help {
  static func text(for subcommand: Subcommand?) -> String {
    guard let subcommand else { return overview }
    var sections = [
      "service-token \(subcommand.usage): \(subcommand.summary)", section("Examples", Example.of(subcommand)),
      section("Options", subcommand.options.map { ($0.usage, subcommand.summary(of: $0)) }, width: 20),
    ]
    if subcommand.needsConfiguration { sections.append(environment) }
    if let json = subcommand.output { sections.append(output([json], failing: subcommand.needsConfiguration)) }
    if subcommand.needsConfiguration { sections.append(exitCodes) }
    return sections.joined(separator: "\n\n") + "\n"
  }

  private static var overview: String {
    let usages = Subcommand.allCases.map { ("service-token \($0.usage)", $0.summary) }
    let sections = [
      "service-token \(Command.version): fetches tokens from Member Center (OAuth 2.0 client credentials)",
      section("Commands; each with --help says more", usages, width: 63),
      section("Examples", Example.overview), environment, output([], failing: true), exitCodes,
    ]
    return sections.joined(separator: "\n\n") + "\n"
  }

  private static let environment =
    section("Environment", Variable.allCases.map { ($0.rawValue, $0.summary) }, width: 23) + """

        The four of certificates and keys work with libcurl only.
        HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE and SSL_CERT_DIR are honoured (the last two by libcurl only).
      """

  private static func output(_ objects: [String], failing canFail: Bool) -> String {
    let failure = #"{"error":{"code":…,"endpoint":…,"status":…,"attempts":…,"retry_after":…,"oauth_error":…}}"#
    let title = "Standard output holds what was asked for and nothing else; with JSON one object a line"
    let lines = objects + (canFail ? [failure] : [])
    return ([title + (canFail ? ", for a failure too:" : ":")] + lines.map { "  \($0)" }).joined(separator: "\n")
  }

  private static let exitCodes = section(
    "Exit codes", ExitCode.allCases.map { ("\($0.rawValue)", $0.summary) }, width: 4)

  private static func section(_ title: String, _ examples: [Example]) -> String {
    let blocks = examples.map { example in
      (["  \(example.says):"] + example.lines.map { "    \($0)" }).joined(separator: "\n")
    }
    return ([title + ":"] + blocks).joined(separator: "\n")
  }

  private static func section(_ title: String, _ rows: [(String, String)], width: Int) -> String {
    ([title + ":"] + rows.map { "  \($0.padded(to: width))  \($1)" }).joined(separator: "\n")
  }
}

extension Subcommand {
  /// Whether it does anything that variables configure and that can fail in more ways than one.
  fileprivate var needsConfiguration: Bool { self != .completions && self != .demo }
}

extension String {
  /// The text with blanks after it, so that it takes `width` columns.
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
