/// What the command line asks for.
struct Options {
  static let usage = """
    usage: service-token-benchmarks [--json] [--only NAME] [--issuer URL] [--command PATH]
           service-token-benchmarks serve

      --json           one object a line instead of text
      --only NAME      this figure, with those that come out of the same measurement, or where none has that name, all
                       whose names begin so: --only hit
      --issuer URL     fetch from this server, such as one that other clients are measured against too
      --command PATH   the command that startup.get starts; by default the one beside this program, which is not the
                       release file (Scripts/build-release) that Docs/Performance.md is about
      serve            be such a server: prints its URL, ends with standard input.
                       Below URL/DELAY/LIFE it answers DELAY milliseconds late with tokens that live LIFE seconds;
                       URL/requests says how many requests there were
    """

  private(set) var isJSON = false
  private(set) var only: String?
  private(set) var issuer: String?
  private(set) var command: String?

  init?(_ arguments: [String]) {
    var rest = arguments[...]
    while let name = rest.popFirst() {
      if name == "--json" {
        isJSON = true
        continue
      }
      guard let value = rest.popFirst() else { return nil }
      switch name {
      case "--only": only = value
      case "--issuer": issuer = value
      case "--command": command = value
      default: return nil
      }
    }
  }

  /// Whether the figure `name`, one of `all`, was asked for.
  func wants(_ name: String, of all: some Sequence<String>) -> Bool {
    guard let only else { return true }
    return all.contains(only) ? name == only : name.hasPrefix(only)
  }
}
