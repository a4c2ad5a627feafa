import ServiceTokens

/// What the command line asks for, checked as far as it can be without configuration.
enum Invocation {
  case help(Subcommand?)
  case version
  case fetch(Errand, Options)

  /// Which token to fetch.
  enum Errand {
    case serviceToken(scope: String)
    case downloadToken(DownloadRequest, baseURL: String?)
  }

  /// How to do it, whatever it is.
  struct Options {
    var clientAuthentication: ClientAuthentication?
    var transport: ServiceTokenClient.Transport?
    var isEmbedded: Bool
    var isVerbose: Bool
    var isJSON: Bool
  }

  /// The transports that this build has, the default one first.
  static var transportNames: [String] { ServiceTokenClient.Transport.named.map(\.key) }

  init(_ words: [String]) throws(UsageError) {
    let arguments = try Arguments(words)
    if arguments.has(.help) {
      self = .help(arguments.subcommand)
      return
    }
    if arguments.has(.version) {
      self = .version
      return
    }
    let errand: Errand
    switch arguments.subcommand {
    case nil:
      throw UsageError("a command is missing: \(Subcommand.allCases.map(\.rawValue).joined(separator: " or "))")
    case .get:
      errand = .serviceToken(scope: arguments[.scope] ?? "")
    case .download:
      let request = DownloadRequest(
        tenantID: arguments[.tenant] ?? "", userID: arguments[.user] ?? "", objectKey: arguments[.object] ?? "",
        lifetime: try arguments.seconds(.ttl))
      errand = .downloadToken(request, baseURL: arguments[.baseURL])
    }
    let forms = ClientAuthentication.allCases.map { ($0.rawValue, $0) }
    let transports = ServiceTokenClient.Transport.named.map { ($0.key, $0.value) }
    self = .fetch(
      errand,
      Options(
        clientAuthentication: try arguments.choice(.clientAuth, of: forms),
        transport: try arguments.choice(.transport, of: transports), isEmbedded: arguments.has(.embedded),
        isVerbose: arguments.has(.verbose), isJSON: arguments.has(.json)))
  }
}

extension Arguments {
  fileprivate func choice<Choice>(
    _ option: Option, of choices: [(name: String, choice: Choice)]
  ) throws(UsageError) -> Choice? {
    guard let text = self[option] else { return nil }
    if let choice = choices.first(where: { $0.name == text }) { return choice.choice }
    throw UsageError("\(option.spelling) must be one of \(choices.map(\.name).joined(separator: ", "))")
  }

  /// Digits alone, because a number's parser takes more than anybody means: `+5`, `1e3`, `inf`, digits of other scripts.
  fileprivate func seconds(_ option: Option) throws(UsageError) -> Duration? {
    guard let text = self[option] else { return nil }
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int32(text), seconds > 0 else {
      throw UsageError("\(option.spelling) must be a whole number of seconds from 1 to \(Int32.max)")
    }
    return .seconds(seconds)
  }
}
