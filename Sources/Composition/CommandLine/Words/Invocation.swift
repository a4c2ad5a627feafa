import ServiceTokens

/// What the command line asks for, checked as far as it can be without configuration.
enum Invocation {
  case help(Subcommand?)
  case version
  case completions(Shell)
  case fetch(Errand, Options)
  case examine(Examination)
  case demonstrate(asJSON: Bool)

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
    var format: TokenFormat
  }

  /// What the doctor is to look at, and how to tell it.
  struct Examination {
    var scope: Scope?
    var clientAuthentication: ClientAuthentication?
    var transport: ServiceTokenClient.Transport?
    var isJSON: Bool
  }

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
    switch arguments.subcommand {
    case nil:
      throw UsageError("a command is missing: \(Subcommand.allCases.map(\.rawValue).joined(separator: ", "))")
    case .get:
      self = .fetch(.serviceToken(scope: arguments[.scope] ?? ""), try Options(arguments))
    case .download:
      let request = DownloadRequest(
        tenantID: arguments[.tenant] ?? "", userID: arguments[.user] ?? "", objectKey: arguments[.object] ?? "",
        lifetime: try arguments.seconds(.ttl))
      self = .fetch(.downloadToken(request, baseURL: arguments[.baseURL]), try Options(arguments))
    case .doctor:
      self = .examine(try Examination(arguments))
    case .demo:
      self = .demonstrate(asJSON: arguments.has(.json))
    case .completions:
      guard let shell = arguments.operand.flatMap(Shell.init) else {
        throw UsageError("completions are there for \(Shell.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      self = .completions(shell)
    }
  }
}

extension Invocation.Options {
  fileprivate init(_ arguments: Arguments) throws(UsageError) {
    self.init(
      clientAuthentication: try arguments.clientAuthentication, transport: try arguments.transport,
      isEmbedded: arguments.has(.embedded), isVerbose: arguments.has(.verbose), format: try arguments.format)
  }
}

extension Invocation.Examination {
  fileprivate init(_ arguments: Arguments) throws(UsageError) {
    self.init(
      scope: try arguments.parsedScope, clientAuthentication: try arguments.clientAuthentication,
      transport: try arguments.transport, isJSON: arguments.has(.json))
  }
}

extension Arguments {
  fileprivate var parsedScope: Scope? {
    get throws(UsageError) {
      guard let text = self[.scope] else { return nil }
      do {
        return try Scope(text)
      } catch {
        throw UsageError((error as? ServiceTokenError)?.message ?? "\(Option.scope.spelling) is no scope")
      }
    }
  }

  fileprivate var clientAuthentication: ClientAuthentication? {
    get throws(UsageError) {
      try choice(.clientAuth, of: ClientAuthentication.allCases.map { ($0.rawValue, $0) })
    }
  }

  fileprivate var transport: ServiceTokenClient.Transport? {
    get throws(UsageError) {
      try choice(.transport, of: ServiceTokenClient.Transport.named.map { ($0.key, $0.value) })
    }
  }

  fileprivate var format: TokenFormat {
    get throws(UsageError) {
      let chosen = try choice(.format, of: TokenFormat.allCases.map { ($0.rawValue, $0) })
      guard has(.json) else { return chosen ?? .raw }
      guard chosen == nil || chosen == .json else {
        throw UsageError("\(Option.json.spelling) and \(Option.format.spelling) contradict each other")
      }
      return .json
    }
  }

  private func choice<Choice>(
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
