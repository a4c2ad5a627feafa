import ServiceTokens

/// How the command ends, in the numbers of `sysexits.h` where it has one.
enum ExitCode: Int32, CaseIterable {
  case done = 0
  case usage = 64
  case unavailable = 69
  case failed = 70
  case cannotWrite = 74
  case refused = 77
  case configuration = 78
  case interrupted = 130

  /// What it says, in one line.
  var summary: String {
    switch self {
    case .done: "done"
    case .usage: "the arguments make no sense"
    case .unavailable: "Member Center is unavailable; try again later"
    case .failed: "any other failure"
    case .cannotWrite: "standard output cannot be written to"
    case .refused: "Member Center refuses the client (401, 403, invalid_client, unauthorized_client)"
    case .configuration: "a setting is missing or wrong, or the secret cannot be read"
    case .interrupted: "interrupted"
    }
  }

  init(_ error: ServiceTokenError) {
    switch error.code {
    case .invalidArgument: self = .usage
    case .idpUnavailable, .mcTokenUnavailable: self = .unavailable
    case .serviceClientUnauthorized: self = .refused
    case .invalidConfiguration, .secretUnavailable: self = .configuration
    // Servers say these with a plain 400 too (RFC 6749 §5.2).
    case _ where error.oauthError == .invalidClient || error.oauthError == .unauthorizedClient: self = .refused
    default: self = .failed
    }
  }
}
