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
  /// | `MC_ALLOW_HTTP_HOSTS` | hosts for which plain `http` is taken, with commas or blanks between them (SPEC C4) |
  /// | `MC_CA_FILE` | PEM certificates to trust instead of the system's; with libcurl only |
  ///
  /// A variable that is set and empty counts as not set. The secret is read anew for every fetch (SPEC R3).
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
    try adjust(&configuration)
    return ServiceTokenClient(
      configuration: configuration, http: try transport.make(caFile: settings.caFile), secrets: settings.secrets,
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
  ///   - caFile: a file of PEM certificates to trust instead of the system's; with libcurl only.
  ///   - transport: how requests are sent.
  ///   - clock: tells the time and waits.
  ///   - logger: takes the events; by default they go to standard error as text, from level info on.
  ///   - adjust: changes what else there is to configure.
  /// - Throws: ``/ServiceTokenDomain/ServiceTokenError/Code/invalidConfiguration``, naming the parameter that is missing
  ///   or wrong and showing no value; what `adjust` throws.
  public static func live(
    issuer: String, clientID: String, clientSecret: any Ports.SecretSource, allowingPlainHTTP: [String] = [],
    caFile: String? = nil, transport: Transport = .standard, clock: any Ports.Clock = SystemClock(),
    logger: any Ports.Logger = StandardErrorLogger(clock: SystemClock()),
    adjusting adjust: (inout Configuration) throws -> Void = { _ in }
  ) throws -> ServiceTokenClient {
    var configuration = try Configuration(issuer: issuer, clientID: clientID, allowingPlainHTTP: allowingPlainHTTP)
    if let secret = clientSecret as? Secret, secret.isEmpty {
      throw ServiceTokenError(.invalidConfiguration, "clientSecret is missing")
    }
    try adjust(&configuration)
    let http = try transport.make(caFile: caFile.map { Setting(name: "caFile", value: $0) })
    return ServiceTokenClient(
      configuration: configuration, http: http, secrets: clientSecret, clock: clock, logger: logger)
  }
}
