import ServiceTokens

/// How the command ends, in the numbers of `sysexits.h` where it has one.
enum ExitCode: Int32 {
  case done = 0
  case usage = 64
  case unavailable = 69
  case failed = 70
  case cannotWrite = 74
  case refused = 77
  case configuration = 78
  case interrupted = 130

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
