import ServiceTokens

/// Looks at everything that a token hangs on, one thing after another, and says what it saw and what to do.
///
/// What anything means is decided in `Checks`, by pure functions over facts; here and in `Looking` facts are gathered.
/// Looking goes on until something is found without which the next thing cannot be looked at. The secret is sent once,
/// in the one form that is configured, and only over a connection that was verified, in one request for a token.
struct Doctor {
  let wishes: Invocation.Examination
  let surroundings: Surroundings
  private var diagnosis = Diagnosis()

  init(_ wishes: Invocation.Examination, in surroundings: Surroundings) {
    self.wishes = wishes
    self.surroundings = surroundings
  }

  /// Tells line by line, or with `--json` one object at the end.
  ///
  /// - Returns: the exit code of the first finding that makes tokens impossible.
  /// - Throws: `CancellationError`, at once; `Descriptors.WriteFailure`.
  mutating func examine() async throws -> ExitCode {
    do {
      try await look()
    } catch let error as CancellationError {
      // What was being looked at stands there, in a line that is not done.
      try write("\n")
      throw error
    }
    try surroundings.standardOutput(wishes.isJSON ? diagnosis.json.line : Array(diagnosis.summary.utf8))
    return diagnosis.exitCode
  }

  private mutating func look() async throws {
    try begin(.configuration)
    let patient = await Patient(wishes, in: surroundings)
    try tell(patient.findings)
    guard diagnosis.failure == nil, let visit = patient.visit else { return }

    try begin(.name)
    let resolution = try await surroundings.probes.resolve(visit.route.next.host)
    try tell([resolution.finding(of: visit.route)])
    guard case .addresses(let addresses) = resolution, diagnosis.failure == nil else { return }

    try begin(.connection)
    let attempts = try await surroundings.probes.connect(addresses, visit.route.next.port)
    try tell([ConnectionAttempt.finding(attempts, of: visit.route)])
    guard diagnosis.failure == nil else { return }

    try begin(.tls)
    try tell([try await visit.tls().finding])
    guard diagnosis.failure == nil else { return }

    try begin(.endpoint)
    let token = try await visit.token()
    try tell(token.endpoint)
    for (check, finding) in [
      (.client, token.client), (.clock, token.clock), (.scope, token.scopeGranted), (.life, token.life),
    ] as [(Check, Finding?)] {
      guard let finding else { continue }
      try begin(check)
      try tell([finding])
    }
  }

  private mutating func begin(_ check: Check) throws {
    diagnosis.begin(check)
    try write(Diagnosis.label(check))
  }

  private mutating func tell(_ findings: [Finding]) throws {
    diagnosis.add(findings)
    try write(Diagnosis.lines(findings))
  }

  private func write(_ text: String) throws {
    if !wishes.isJSON { try surroundings.standardOutput(Array(text.utf8)) }
  }
}
