import ServiceTokens

/// The command, apart from the process that it runs in.
enum Command {
  static let version = "0.1.0"

  /// Whether `words` look as if they asked for something that sends requests: for a head start, before they are read.
  static func sends(_ words: [String]) -> Bool {
    words.first.flatMap(Subcommand.init)?.sends == true && !words.contains(Option.embedded.spelling)
  }

  /// Does what `words`, the arguments without the program's name, ask for.
  ///
  /// What was asked for goes to standard output, in the format of JSON a failure's object too; everything else goes to
  /// standard error. When its task is cancelled it ends at once.
  static func run(_ words: [String], in surroundings: Surroundings) async -> ExitCode {
    do {
      switch try Invocation(words) {
      case .help(let subcommand):
        try surroundings.standardOutput(Array(Help.text(for: subcommand).utf8))
      case .version:
        try surroundings.standardOutput(Array("service-token \(version)\n".utf8))
      case .completions(let shell):
        try surroundings.standardOutput(Array(shell.completions.utf8))
      case .fetch(let errand, let options):
        let result = try await fetch(errand, options, in: surroundings)
        try surroundings.standardOutput(result.line(in: options.format))
      case .examine(let wishes):
        var doctor = Doctor(wishes, in: surroundings)
        return try await doctor.examine()
      case .demonstrate(let isJSON):
        try await Demo(isJSON: isJSON, surroundings: surroundings).play()
      }
      return .done
    } catch is CancellationError {
      surroundings.standardError("service-token: interrupted\n")
      return .interrupted
    } catch let failure as Descriptors.WriteFailure {
      return report(failure, in: surroundings)
    } catch {
      let told = Report(error, of: words.first.flatMap(Subcommand.init))
      return report(told, asJSON: TokenFormat.isJSON(in: words), in: surroundings)
    }
  }

  private static func fetch(
    _ errand: Invocation.Errand, _ options: Invocation.Options, in surroundings: Surroundings
  ) async throws -> FetchedToken {
    switch errand {
    case .serviceToken(let scope):
      let client = try client(options, in: surroundings)
      return FetchedToken(try await client.token(for: scope))
    case .downloadToken(let request, let baseURL):
      let links = try baseURL.map { try DownloadLinks($0, for: request, in: surroundings.environment) }
      let client = try client(options, in: surroundings)
      let token = try await client.downloadToken(for: request)
      return FetchedToken(token, url: try links?.link(with: token))
    }
  }

  private static func client(
    _ options: Invocation.Options, in surroundings: Surroundings
  ) throws -> ServiceTokenClient {
    let logger = surroundings.logger(options.isVerbose ? .debug : .warning)
    if options.isEmbedded {
      let taken = options.clientAuthentication ?? .basicRaw
      let memberCenter = EmbeddedMemberCenter(
        EmbeddedMemberCenter.Configuration(clientAuthentications: [taken]), clock: surroundings.clock)
      return try .embedded(memberCenter, clock: surroundings.clock, logger: logger)
    }
    return try .live(
      environment: surroundings.environment, transport: options.transport ?? surroundings.transport,
      clock: surroundings.clock, logger: logger
    ) { configuration in
      if let chosen = options.clientAuthentication { configuration.clientAuthentication = chosen }
    }
  }

  private static func report(_ report: Report, asJSON: Bool, in surroundings: Surroundings) -> ExitCode {
    surroundings.standardError(report.line)
    if asJSON { try? surroundings.standardOutput(report.json.line) }
    return report.exitCode
  }

  private static func report(_ failure: Descriptors.WriteFailure, in surroundings: Surroundings) -> ExitCode {
    if !failure.isClosedPipe {
      surroundings.standardError("service-token: cannot write to standard output: \(failure.reason)\n")
    }
    return .cannotWrite
  }
}
