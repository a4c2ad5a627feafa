import ServiceTokenDomain
public import ServiceTokenPorts

extension Conformance {
  /// Holds a source that has a secret to give to ``/ServiceTokenPorts/Ports/SecretSource``.
  ///
  /// - Parameters:
  ///   - source: the source to look at. Its secret should be one that no description holds by chance, and stay the same
  ///     meanwhile.
  ///   - patience: how long, in real time, a call may take.
  /// - Returns: the promises that were not kept; no finding holds the secret.
  public static func check(
    secretSource source: any Ports.SecretSource, patience: Duration = .seconds(30)
  ) async -> [Finding] {
    let calls = 16
    var answers = [await outcome(within: patience) { try await source.clientSecret() }]
    answers.append(
      await outcome(within: patience) { try await source.clientSecret(cancelledBy: Ports.Cancellation()) })
    answers += await withTaskGroup { group in
      for _ in 0..<calls {
        group.addTask { await outcome(within: patience) { try await source.clientSecret() } }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }

    var findings: [Finding] = []
    if answers.contains(where: { $0 == nil }) {
      findings.append(Finding(promise: "a source answers promptly", problem: "a call did not end"))
    }
    if let error = answers.lazy.compactMap({ $0?.failure }).first {
      // The type alone: the text is what is not to be trusted here.
      findings.append(Finding(promise: "a source gives its secret", problem: "a call threw \(type(of: error))"))
    }
    let secrets = answers.compactMap { try? $0?.get() }
    if secrets.contains(where: \.isEmpty) {
      findings.append(Finding(promise: "a secret is not empty", problem: "a call gave an empty one"))
    }
    if let first = secrets.first, secrets.contains(where: { $0 != first }) {
      findings.append(
        Finding(promise: "a source gives the same secret until it is changed", problem: "two calls differ"))
    }
    if let secret = secrets.first(where: { !$0.isEmpty }) {
      findings += leaks(of: secret, from: source)
    }
    return findings
  }

  private static func leaks(of secret: Secret, from source: any Ports.SecretSource) -> [Finding] {
    var dumped = ""
    dump(source, to: &dumped)
    let texts = [
      ("description", String(describing: source)), ("debug description", String(reflecting: source)), ("dump", dumped),
    ]
    let promise = "a source does not show its secret"
    let exposed = secret.expose()
    var findings = texts.filter { $0.1.contains(exposed) }
      .map { Finding(promise: promise, problem: "its \($0.0) holds it") }
    if secret.withExposedBytes({ mirror(of: source, holds: $0) }) {
      findings.append(Finding(promise: promise, problem: "its mirror holds it"))
    }
    return findings
  }

  /// Whether text or bytes among what a mirror reaches hold `bytes`. The depth is bounded because mirrors may go round.
  private static func mirror(of value: Any, holds bytes: [UInt8], depth: Int = 8) -> Bool {
    guard depth > 0 else { return false }
    let shown = (value as? [UInt8]) ?? (value as? String).map { Array($0.utf8) }
    if let shown { return shown.contains(bytes) }
    var mirror: Mirror? = Mirror(reflecting: value)
    while let level = mirror {
      if level.children.contains(where: { Self.mirror(of: $0.value, holds: bytes, depth: depth - 1) }) { return true }
      mirror = level.superclassMirror
    }
    return false
  }
}

extension Result {
  fileprivate var failure: Failure? {
    if case .failure(let error) = self { error } else { nil }
  }
}
