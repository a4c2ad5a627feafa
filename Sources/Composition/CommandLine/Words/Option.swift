import ServiceTokens

/// The options, each with two dashes before it. Arguments, help and completions all go by this list.
enum Option: String, CaseIterable {
  case scope
  case tenant
  case user
  case object
  case ttl
  case baseURL = "base-url"
  case format
  case json
  case clientAuth = "client-auth"
  case transport
  case embedded
  case verbose
  case help
  case version

  var spelling: String { "--\(rawValue)" }

  /// The option with a placeholder for its value.
  var usage: String { value.map { "\(spelling) \($0.placeholder)" } ?? spelling }

  /// What its value is; nil for one that takes none.
  var value: Value? {
    switch self {
    case .scope: Value("SCOPE")
    case .tenant: Value("TENANT")
    case .user: Value("USER")
    case .object: Value("KEY")
    case .ttl: Value("SECONDS")
    case .baseURL: Value("URL")
    case .format: Value("FORMAT", of: TokenFormat.allCases.map(\.rawValue))
    case .clientAuth: Value("FORM", of: ClientAuthentication.allCases.map(\.rawValue))
    case .transport: Value("NAME", of: ServiceTokenClient.Transport.named.map(\.key))
    case .json, .embedded, .verbose, .help, .version: nil
    }
  }

  /// What it is for, in one line.
  var summary: String {
    switch self {
    case .scope: "what the token may do; blanks between several values"
    case .tenant: "the tenant"
    case .user: "the user for whom the object is"
    case .object: "the object's key"
    case .ttl: "how long the token is to live, in whole seconds; 300 if not given"
    case .baseURL: "the File Access API; with --json the object then holds the url to redirect to"
    case .format: "raw (default): the token alone; json: an object; header: a line for curl -H @-"
    case .json: "short for --format json"
    case .clientAuth: "basic-raw (default), basic-encoded or post; goes before MC_CLIENT_AUTH"
    case .transport:
      "\(ServiceTokenClient.Transport.named.map(\.key).joined(separator: " or ")); the first is the default"
    case .embedded: "a Member Center within this process; needs no configuration, gives tokens worth nothing"
    case .verbose: "info and debug events too, on standard error"
    case .help: "help, with examples"
    case .version: "name and version"
    }
  }
}
