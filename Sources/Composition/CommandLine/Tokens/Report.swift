import ServiceTokens

/// A failure as the command tells of it: a line for people, an object for scripts, a number for the shell.
struct Report {
  let line: String
  let json: Wire.JSON
  let exitCode: ExitCode

  /// - Parameters:
  ///   - error: what is told of.
  ///   - subcommand: whose help a mistake in the arguments points to; nil for that of all.
  init(_ error: any Error, of subcommand: Subcommand?) {
    switch error {
    case let error as ServiceTokenError: self.init(error)
    case let error as UsageError:
      let help = ["service-token", subcommand?.rawValue, Option.help.spelling].compactMap { $0 }.joined(separator: " ")
      self.init(ServiceTokenError(.invalidArgument, error.message), text: "\(error.message) (see \(help))")
    // Nothing else is thrown; were it, its text might hold anything.
    default: self.init(ServiceTokenError("internal", "an error of type \(type(of: error))"))
    }
  }

  private init(_ error: ServiceTokenError) {
    let advice = error.advice.map { "; \($0)" } ?? ""
    self.init(error, text: "\(error)\(advice)")
  }

  private init(_ error: ServiceTokenError, text: String) {
    line = "service-token: \(text)\n"
    exitCode = ExitCode(error)
    json = [
      "error": [
        "code": .string(error.code.name),
        "endpoint": error.endpoint.map { .string($0.text) } ?? .null,
        "status": error.status.map { .integer(Int64($0)) } ?? .null,
        "attempts": .integer(Int64(error.attempts)),
        "retry_after": error.retryAfter.map { .integer($0.wholeSecondsUp) } ?? .null,
        "oauth_error": error.oauthError.map { .string($0.text) } ?? .null,
      ]
    ]
  }
}

extension ServiceTokenError {
  fileprivate init(_ name: String, _ message: String) {
    self.init(
      Code(name, httpStatus: 500, publicCode: "internal_error", messageKey: "internal_error"), message)
  }

  /// What whoever runs the command can do; nil where the message says it.
  fileprivate var advice: String? {
    if let redirectTarget { return "it redirects to \(redirectTarget.debugDescription): check MC_ISSUER" }
    if (cause as? TransportFailure)?.kind == .tls {
      return "MC_CA_FILE and MC_CA_DIR say who is trusted, MC_CLIENT_CERT_FILE what is shown"
    }
    return switch (code, endpoint) {
    case (.invalidConfiguration, _):
      "service-token doctor looks at every setting"
    case (.idpUnavailable, _), (.mcTokenUnavailable, _):
      "check MC_ISSUER and the network, or try again later"
    case (.serviceClientUnauthorized, EndpointName.delegatedDownload):
      "the client may lack the scope files:download.delegate"
    case (.serviceClientUnauthorized, _):
      "check MC_CLIENT_ID and the client secret"
    case (.idpMisconfigured, _) where oauthError == .invalidScope:
      "the client may not have this scope"
    case (.idpMisconfigured, _):
      "check MC_ISSUER, MC_CLIENT_ID and the scope"
    case (.downloadTokenFailed, _):
      "check --tenant, --user and --object"
    default: nil
    }
  }
}
