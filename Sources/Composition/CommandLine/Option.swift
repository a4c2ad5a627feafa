/// What the command can be asked for.
enum Subcommand: String, CaseIterable {
  case get
  case download

  var required: [Option] {
    switch self {
    case .get: [.scope]
    case .download: [.tenant, .user, .object]
    }
  }

  var options: [Option] {
    let own: [Option] = self == .get ? [] : [.ttl, .baseURL]
    return required + own + [.json, .clientAuth, .transport, .embedded, .verbose, .help]
  }
}

/// The options, each with two dashes before it.
enum Option: String, CaseIterable {
  case scope
  case tenant
  case user
  case object
  case ttl
  case baseURL = "base-url"
  case json
  case clientAuth = "client-auth"
  case transport
  case embedded
  case verbose
  case help
  case version

  var spelling: String { "--\(rawValue)" }

  var takesValue: Bool {
    switch self {
    case .json, .embedded, .verbose, .help, .version: false
    default: true
    }
  }
}
