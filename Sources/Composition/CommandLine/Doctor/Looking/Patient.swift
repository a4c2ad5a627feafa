import ServiceTokens

/// The configuration as it is found: each setting on its own, so that all that is wrong is told at once.
struct Patient {
  private(set) var findings: [Finding] = []
  /// What the network is looked at with, where the configuration is complete.
  private(set) var visit: Visit?

  private let surroundings: Surroundings
  private var variables: EnvironmentVariables { surroundings.environment }

  /// Reads every setting, and the secret as a request would.
  init(_ wishes: Invocation.Examination, in surroundings: Surroundings) async {
    self.surroundings = surroundings
    let variables = surroundings.environment
    let issuer = read(.issuer, advice: Self.adviceOnIssuer(in: variables), shown: \.text) {
      try EnvironmentSettings.issuer(in: variables)
    }
    let clientID = read(.clientID, shown: \.quoted) { try EnvironmentSettings.clientID(in: variables) }
    let secret = await secret()
    let form = form(wishes.clientAuthentication)
    let tokenPath = read(.tokenPath, shown: { $0 }) { try EnvironmentSettings.tokenPath(in: variables) }
    _ = read(.downloadPath, shown: { $0 }) { try EnvironmentSettings.downloadPath(in: variables) }
    let http = http(wishes.transport ?? surroundings.transport)

    guard let issuer, let clientID, let secret, let form, let tokenPath, let http else { return }
    let route = Route(to: ServerAddress(of: issuer), variables)
    if let finding = route.finding { findings.append(finding) }
    visit = Visit(
      issuer: issuer, route: route, credentials: ClientCredentials(clientID: clientID, clientSecret: secret),
      form: form, endpoint: tokenPath.map { ServiceTokenEndpoint(path: $0) } ?? ServiceTokenEndpoint(),
      scope: wishes.scope, http: http, trust: variables.trust, clock: surroundings.clock)
  }

  /// Reads one setting, and takes down what came of it; nothing where it is not set and need not be.
  ///
  /// - Parameters:
  ///   - variable: the setting.
  ///   - advice: what to do where it cannot be used; nil for what can be said of any.
  ///   - shown: its value in words, or nil.
  ///   - body: reads it.
  /// - Returns: nil where it cannot be used.
  private mutating func read<Value>(
    _ variable: Variable, advice: String? = nil, shown: (Value) -> String?, _ body: () throws -> Value
  ) -> Value? {
    do {
      let value = try body()
      if let text = shown(value) { add(variable, .success(text)) }
      return value
    } catch {
      add(variable, .failure(ServiceTokenError(wrapping: error)), advice ?? Self.advice(on: variable))
      return nil
    }
  }

  private static func advice(on variable: Variable) -> String { "Set \(variable.rawValue): \(variable.summary)." }

  /// What to do about an issuer that is set and cannot be used, where it is more than can be said of any setting:
  /// another variable decides about plain http.
  private static func adviceOnIssuer(in variables: EnvironmentVariables) -> String? {
    guard variables.isFilled(.issuer), let issuer = variables[Variable.issuer.rawValue] else { return nil }
    guard let hosts = try? EnvironmentSettings.plainHTTPHosts(in: variables) else {
      return advice(on: .allowedHTTPHosts)
    }
    return SettingFacts.advice(onIssuer: issuer, allowing: hosts)
  }

  private mutating func form(_ chosen: ClientAuthentication?) -> ClientAuthentication? {
    let variables = variables
    let isByVariable = variables.isFilled(.clientAuthentication)
    let origin = chosen != nil ? ", by \(Option.clientAuth.spelling)" : isByVariable ? "" : ", the default"
    return read(.clientAuthentication, shown: { $0.rawValue + origin }) {
      try chosen ?? EnvironmentSettings.clientAuthentication(in: variables)
    }
  }

  /// Where the secret comes from, and whether it can be had.
  private mutating func secret() async -> Secret? {
    let variable = variables.isFilled(.clientSecretFile) ? Variable.clientSecretFile : .clientSecret
    do {
      let secret = try await EnvironmentSettings.secretSource(in: variables).clientSecret()
      if variable == .clientSecretFile {
        addFile(variable, isSecret: true)
      } else {
        add(variable, .success("set"))
      }
      findings += SecretFacts(name: variable.rawValue, secret).findings
      return secret
    } catch {
      let error = ServiceTokenError(wrapping: error)
      let isPath = variable == .clientSecret || variables[variable.rawValue]?.hasPrefix("/") == true
      let adviceOnReading = isPath ? Self.adviceOnReading : Self.adviceOnNoPath
      add(variable, .failure(error), error.code == .secretUnavailable ? adviceOnReading : Self.adviceOnSetting)
      return nil
    }
  }

  private static let adviceOnNoPath =
    "Set MC_CLIENT_SECRET_FILE to the absolute path of a file. If its value is the secret itself, set MC_CLIENT_SECRET "
    + "to that instead."
  private static let adviceOnReading =
    "Is it mounted, and may this user read it? It is read anew each time; nothing needs a restart."
  private static let adviceOnSetting =
    "Put the secret into a file that this user alone may read, and set MC_CLIENT_SECRET_FILE to its absolute path."

  /// The transport with the files of TLS that are set, or what is wrong with one of them.
  private mutating func http(_ transport: ServiceTokenClient.Transport) -> (any Ports.HTTP)? {
    do {
      let http = try transport.make(EnvironmentSettings.tls(in: variables))
      // A key is as secret as a secret.
      let keyHolder: Variable = variables.isFilled(.clientKeyFile) ? .clientKeyFile : .clientCertificateFile
      for variable in [Variable.caFile, .caDirectory, .clientCertificateFile, .clientKeyFile] {
        addFile(variable, isSecret: variable == keyHolder)
      }
      return http
    } catch {
      // Its message names the variable.
      add(.caFile, .failure(ServiceTokenError(wrapping: error)), "Mend that setting.")
      return nil
    }
  }

  private mutating func addFile(_ variable: Variable, isSecret: Bool) {
    guard variables.isFilled(variable), let path = variables[variable.rawValue] else { return }
    let mode = isSecret ? surroundings.probes.mode(path) : nil
    add(variable, .success(path.shownAsPath), secretFile: mode.map { (path, $0) })
  }

  private mutating func add(
    _ variable: Variable, _ value: Result<String, ServiceTokenError>, _ advice: String = "",
    secretFile: (path: String, mode: FileMode)? = nil
  ) {
    let facts = SettingFacts(name: variable.rawValue, value: value, advice: advice, secretFile: secretFile)
    findings.append(facts.finding)
  }
}

extension ServiceTokenError {
  /// What reading a setting threw; nothing else than one of ours is.
  fileprivate init(wrapping error: any Error) {
    let unknown = ServiceTokenError(.invalidConfiguration, "an error of type \(type(of: error))")
    self = error as? ServiceTokenError ?? unknown
  }
}

extension EnvironmentVariables {
  /// Whether it is set, and not empty.
  fileprivate func isFilled(_ variable: Variable) -> Bool { isFilled(variable.rawValue) }

  private func isFilled(_ name: String) -> Bool { self[name]?.isEmpty == false }

  /// Who is trusted, in words.
  fileprivate var trust: String {
    let ours = [Variable.caFile, .caDirectory].map(\.rawValue).filter(isFilled)
    let named = ours.isEmpty ? ["SSL_CERT_FILE", "SSL_CERT_DIR"].filter(isFilled) : ours
    return named.isEmpty ? "whom this system trusts" : "what \(named.joined(separator: " and ")) names"
  }
}

extension String {
  /// A path in quotes; one that is not absolute may be a secret in the wrong variable, and is not shown.
  fileprivate var shownAsPath: String { hasPrefix("/") ? quoted : "set to a path that is not absolute" }
}
