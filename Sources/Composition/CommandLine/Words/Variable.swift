/// The environment variables that are read, for the help; ``ServiceTokenClient`` says what each must be.
enum Variable: String, CaseIterable {
  case issuer = "MC_ISSUER"
  case clientID = "MC_CLIENT_ID"
  case clientSecret = "MC_CLIENT_SECRET"
  case clientSecretFile = "MC_CLIENT_SECRET_FILE"
  case clientAuthentication = "MC_CLIENT_AUTH"
  case tokenPath = "MC_TOKEN_PATH"
  case downloadPath = "MC_DOWNLOAD_PATH"
  case allowedHTTPHosts = "MC_ALLOW_HTTP_HOSTS"
  case caFile = "MC_CA_FILE"
  case caDirectory = "MC_CA_DIR"
  case clientCertificateFile = "MC_CLIENT_CERT_FILE"
  case clientKeyFile = "MC_CLIENT_KEY_FILE"

  var summary: String {
    switch self {
    case .issuer: "Member Center's base URL; needed"
    case .clientID: "the client id; needed"
    case .clientSecret: "the client secret; this is needed, or better:"
    case .clientSecretFile: "a file that holds it; a secret is never an argument"
    case .clientAuthentication: "basic-raw (default), basic-encoded or post"
    case .tokenPath: "the token endpoint's path below MC_ISSUER, where it is not /oauth/token"
    case .downloadPath: "the download endpoint's, where it is not /file-access/download-tokens"
    case .allowedHTTPHosts: "hosts, with commas between them, for which plain http is taken"
    case .caFile: "PEM certificates to trust instead of the system's"
    case .caDirectory: "a directory of such certificates (openssl rehash)"
    case .clientCertificateFile: "the PEM certificate to show to a server that asks for one (mutual TLS)"
    case .clientKeyFile: "its PEM private key, not encrypted, if that file does not hold it too"
    }
  }
}
