public import ServiceTokenClient
import ServiceTokenDomain
public import ServiceTokenEnvironment
public import ServiceTokenPorts
public import ServiceTokenStandardError
public import ServiceTokenSystemClock

extension ServiceTokenClient {
  /// A client configured by environment variables. Touches no network (SPEC C3).
  ///
  /// | variable | |
  /// | --- | --- |
  /// | `MC_ISSUER` | Member Center's base URL |
  /// | `MC_CLIENT_ID` | the client id |
  /// | `MC_CLIENT_SECRET` or `MC_CLIENT_SECRET_FILE` | the client secret, or a file that holds it; one of the two |
  /// | `MC_CLIENT_AUTH` | `basic-raw` (default), `basic-encoded` or `post` (SPEC S3) |
  /// | `MC_TOKEN_PATH`, `MC_DOWNLOAD_PATH` | the endpoints' paths below the issuer, where they are not `/oauth/token` and `/file-access/download-tokens` |
  /// | `MC_ALLOW_HTTP_HOSTS` | hosts for which plain `http` is taken, with commas or blanks between them (SPEC C4) |
  /// | `MC_CA_FILE`, `MC_CA_DIR` | PEM certificates to trust instead of the system's: a file, a directory (`openssl rehash`) |
  /// | `MC_CLIENT_CERT_FILE` | the PEM certificate to show to a server that asks for one (mutual TLS) |
  /// | `MC_CLIENT_KEY_FILE` | its PEM private key, not encrypted, if that file does not hold it too |
  ///
  /// A variable that is set and empty counts as not set. The secret is read anew for every fetch (SPEC R3). The last four
  /// are for libcurl only; ``TLSFiles`` says more of them.
  ///
  /// ```
  /// import ServiceTokens
  ///
  /// let client = try ServiceTokenClient.live()
  /// let token = try await client.token(for: "converter:job.write converter:job.read")
  /// ```
  ///
  /// - Parameters:
  ///   - environment: the variables.
  ///   - transport: how requests are sent.
  ///   - clock: tells the time and waits.
  ///   - logger: takes the events; by default they go to standard error as text, from level info on.
  ///   - adjust: changes what no variable configures, or what one does.
  /// - Throws: ``/ServiceTokenDomain/ServiceTokenError/Code/invalidConfiguration``, naming the variable that is missing
  ///   or wrong and showing no value; what `adjust` throws.
  public static func live(
    environment: EnvironmentVariables = .process, transport: Transport = .standard,
    clock: any Ports.Clock = SystemClock(), logger: any Ports.Logger = StandardErrorLogger(clock: SystemClock()),
    adjusting adjust: (inout Configuration) throws -> Void = { _ in }
  ) throws -> ServiceTokenClient {
    let settings = try EnvironmentSettings(environment)
    var configuration = try Configuration(issuer: settings.issuer, clientID: settings.clientID)
    configuration.clientAuthentication = settings.clientAuthentication
    if let path = settings.tokenPath { configuration.serviceTokenEndpoint.path = path }
    if let path = settings.downloadPath { configuration.delegatedDownloadEndpoint.path = path }
    try adjust(&configuration)
    return ServiceTokenClient(
      configuration: configuration, http: try transport.make(settings.tls), secrets: settings.secrets,
      clock: clock, logger: logger)
  }

  /// A client configured in code. Touches no network (SPEC C3).
  ///
  /// ```
  /// let client = try ServiceTokenClient.live(
  ///   issuer: "https://member-center.example", clientID: "visionA",
  ///   clientSecret: FileSecretSource(path: "/run/secrets/member-center"))
  /// ```
  ///
  /// - Parameters:
  ///   - issuer: Member Center's base URL: `https`, or `http` for loopback and the hosts in `allowingPlainHTTP`.
  ///   - clientID: the client id.
  ///   - clientSecret: the client secret, or a source that is asked for it anew for every fetch (SPEC R3).
  ///   - allowingPlainHTTP: hosts, without port, for which plain `http` is taken (SPEC C4).
  ///   - tls: the files of trusted certificates and of the client's own, where the system's trust is not enough; with
  ///     libcurl only.
  ///   - transport: how requests are sent.
  ///   - clock: tells the time and waits.
  ///   - logger: takes the events; by default they go to standard error as text, from level info on.
  ///   - adjust: changes what else there is to configure.
  /// - Throws: ``/ServiceTokenDomain/ServiceTokenError/Code/invalidConfiguration``, naming the parameter that is missing
  ///   or wrong and showing no value; what `adjust` throws.
  public static func live(
    issuer: String, clientID: String, clientSecret: any Ports.SecretSource, allowingPlainHTTP: [String] = [],
    tls: TLSFiles = TLSFiles(), transport: Transport = .standard, clock: any Ports.Clock = SystemClock(),
    logger: any Ports.Logger = StandardErrorLogger(clock: SystemClock()),
    adjusting adjust: (inout Configuration) throws -> Void = { _ in }
  ) throws -> ServiceTokenClient {
    var configuration = try Configuration(issuer: issuer, clientID: clientID, allowingPlainHTTP: allowingPlainHTTP)
    if let secret = clientSecret as? Secret, secret.isEmpty {
      throw ServiceTokenError(.invalidConfiguration, "clientSecret is missing")
    }
    try adjust(&configuration)
    let settings = TLSSettings(
      caFile: Setting(name: "tls.caFile", value: tls.caFile),
      caDirectory: Setting(name: "tls.caDirectory", value: tls.caDirectory),
      clientCertificate: Setting(name: "tls.clientCertificateFile", value: tls.clientCertificateFile),
      clientKey: Setting(name: "tls.clientKeyFile", value: tls.clientKeyFile))
    return ServiceTokenClient(
      configuration: configuration, http: try transport.make(settings), secrets: clientSecret, clock: clock,
      logger: logger)
  }
}
