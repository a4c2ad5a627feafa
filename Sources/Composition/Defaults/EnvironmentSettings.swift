import ServiceTokenClient
package import ServiceTokenDomain
package import ServiceTokenEnvironment
package import ServiceTokenPorts

/// The settings of a live client, read from variables and checked.
///
/// A variable that is set and empty counts as not set: that is what compose files make of one that is missing.
package struct EnvironmentSettings {
  let issuer: BaseURL
  let clientID: String
  let secrets: any Ports.SecretSource
  let clientAuthentication: ClientAuthentication
  let tokenPath: String?
  let downloadPath: String?
  let tls: TLSSettings

  /// Reads the variables; the secret itself is read when it is needed.
  ///
  /// - Throws: `invalidConfiguration`, naming every variable that is missing or wrong, and nothing that one holds.
  init(_ variables: EnvironmentVariables) throws {
    let faults = Self.faults(of: variables)
    if faults.count > 1 { throw ServiceTokenError(.invalidConfiguration, faults.joined(separator: "; ")) }
    issuer = try Self.issuer(in: variables)
    clientID = try Self.clientID(in: variables)
    secrets = try Self.secretSource(in: variables)
    clientAuthentication = try Self.clientAuthentication(in: variables)
    tokenPath = try Self.tokenPath(in: variables)
    downloadPath = try Self.downloadPath(in: variables)
    tls = Self.tls(in: variables)
  }

  /// What is wrong, all at once: who starts from nothing need not try again for each variable.
  private static func faults(of variables: EnvironmentVariables) -> [String] {
    let settings: [(EnvironmentVariables) throws -> Any] = [
      issuer, clientID, secretSource, clientAuthentication, tokenPath, downloadPath,
    ]
    return settings.compactMap { setting in
      do {
        _ = try setting(variables)
        return nil
      } catch {
        return (error as? ServiceTokenError)?.message
      }
    }
  }

  // One by one, for those who want to say of each whether it is well.

  package static func issuer(in variables: EnvironmentVariables) throws -> BaseURL {
    let issuer = try variables.required("MC_ISSUER")
    return try BaseURL(issuer, setting: "MC_ISSUER", allowingPlainHTTP: plainHTTPHosts(in: variables))
  }

  package static func clientID(in variables: EnvironmentVariables) throws -> String {
    try variables.required("MC_CLIENT_ID")
  }

  package static func clientAuthentication(in variables: EnvironmentVariables) throws -> ClientAuthentication {
    try variables.choice("MC_CLIENT_AUTH") ?? .basicRaw
  }

  /// Nil where the endpoint is where it usually is.
  package static func tokenPath(in variables: EnvironmentVariables) throws -> String? {
    try variables.setting("MC_TOKEN_PATH").checkedPath()
  }

  /// Nil where the endpoint is where it usually is.
  package static func downloadPath(in variables: EnvironmentVariables) throws -> String? {
    try variables.setting("MC_DOWNLOAD_PATH").checkedPath()
  }

  package static func tls(in variables: EnvironmentVariables) -> TLSSettings {
    TLSSettings(
      caFile: variables.setting("MC_CA_FILE"), caDirectory: variables.setting("MC_CA_DIR"),
      clientCertificate: variables.setting("MC_CLIENT_CERT_FILE"), clientKey: variables.setting("MC_CLIENT_KEY_FILE"))
  }

  package static func secretSource(in variables: EnvironmentVariables) throws -> any Ports.SecretSource {
    switch (variables.filled("MC_CLIENT_SECRET"), variables.filled("MC_CLIENT_SECRET_FILE")) {
    case (_?, nil):
      return EnvironmentSecretSource(variable: "MC_CLIENT_SECRET", in: variables)
    case (nil, let path?):
      return FileSecretSource(path: path, setting: "MC_CLIENT_SECRET_FILE")
    case (nil, nil):
      throw ServiceTokenError(.invalidConfiguration, "neither MC_CLIENT_SECRET nor MC_CLIENT_SECRET_FILE is set")
    case (_?, _?):
      throw ServiceTokenError(
        .invalidConfiguration, "both MC_CLIENT_SECRET and MC_CLIENT_SECRET_FILE are set; leave one of them out")
    }
  }

  /// The hosts for which plain `http` is taken (SPEC C4).
  package static func plainHTTPHosts(in variables: EnvironmentVariables) throws -> [String] {
    let name = "MC_ALLOW_HTTP_HOSTS"
    let hosts = (variables.filled(name) ?? "").split { $0 == "," || $0.isWhitespace }.map(String.init)
    for host in hosts {
      let isAddress = host.hasPrefix("[") && host.hasSuffix("]")
      guard !host.contains("/"), isAddress || !host.contains(":") else {
        throw Setting(name: name, value: host)
          .refused("takes names of hosts alone, without scheme, port and path, such as member-center")
      }
    }
    return hosts
  }
}

extension Setting<String?> {
  /// The path of an endpoint below the issuer, as it is, for servers whose paths differ.
  ///
  /// - Throws: `invalidConfiguration` for what is no path alone, or leads up again: it would end below another issuer.
  fileprivate func checkedPath() throws -> String? {
    guard let path = value else { return nil }
    guard path.hasPrefix("/") else { throw refused("must begin with a slash, such as /oauth/token") }
    guard !path.contains("?"), !path.contains("#") else { throw refused("must not hold a query or a fragment") }
    guard !URLPath.hasDotSegment(path) else { throw refused("must not hold a segment . or ..") }
    guard URLPath.isWellFormed(path) else { throw refused("holds a character that must be percent-encoded") }
    return path
  }
}

extension EnvironmentVariables {
  fileprivate func filled(_ name: String) -> String? {
    self[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  fileprivate func setting(_ name: String) -> Setting<String?> { Setting(name: name, value: filled(name)) }

  fileprivate func required(_ name: String) throws -> String {
    guard let value = filled(name) else { throw ServiceTokenError(.invalidConfiguration, "\(name) is not set") }
    return value
  }

  fileprivate func choice<Choice>(_ name: String) throws -> Choice?
  where Choice: RawRepresentable<String> & CaseIterable {
    guard let value = filled(name) else { return nil }
    if let choice = Choice(rawValue: value) { return choice }
    let allowed = Choice.allCases.map(\.rawValue).joined(separator: ", ")
    throw ServiceTokenError(.invalidConfiguration, "\(name) must be one of \(allowed)")
  }
}
