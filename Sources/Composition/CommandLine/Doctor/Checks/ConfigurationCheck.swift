import ServiceTokens

/// The permissions of a file.
struct FileMode: Sendable, Equatable {
  let bits: UInt16

  var othersMayRead: Bool { bits & 0o004 != 0 }

  /// As `chmod` takes it.
  var text: String {
    let digits = String(bits, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}

/// A setting, and whether it can be used.
struct SettingFacts: Sendable {
  let name: String
  /// What it is, in words that may be shown; or why it cannot be used, where `advice` says what to do.
  let value: Result<String, ServiceTokenError>
  let advice: String
  /// Where it is a file that holds a secret: its path, and its permissions.
  var secretFile: (path: String, mode: FileMode)?

  var finding: Finding {
    switch value {
    case .failure(let error):
      let name = error.code == .secretUnavailable ? "secret_unreadable" : "setting_wrong"
      return .failure(.configuration, name, .configuration, error.message, advice)
    case .success(let text):
      guard let secretFile else { return .ok(.configuration, "setting", "\(name) is \(text)") }
      let saw = "\(name) is \(text), mode \(secretFile.mode.text)"
      guard secretFile.mode.othersMayRead else { return .ok(.configuration, "setting", saw) }
      return .warning(
        .configuration, "file_open_to_others", "\(saw): every user of this machine may read it",
        "chmod o= \(secretFile.path.debugDescription); in a container, defaultMode: 0400 (Kubernetes) or mode: 0400 "
          + "(compose).")
    }
  }
}

extension SettingFacts {
  /// What to do about an issuer that would be taken by `https`; nil for any other. It shows the issuer's host and
  /// nothing else of it.
  ///
  /// - Parameters:
  ///   - issuer: the URL as it is set.
  ///   - hosts: the hosts for which plain `http` is taken as it is.
  static func advice(onIssuer issuer: String, allowing hosts: [String]) -> String? {
    guard issuer.lowercased().hasPrefix("http://"), let url = try? BaseURL("https" + issuer.dropFirst(4)) else {
      return nil
    }
    let host = ServerAddress(of: url).host
    let allowed = hosts + [host.contains(":") ? "[\(host)]" : host]
    let setting = "\(Variable.allowedHTTPHosts.rawValue)=\(allowed.joined(separator: ","))"
    return "Use https, or \(setting) where nobody listens on the way."
  }
}

/// The secret, of which nothing is told but what often goes wrong.
struct SecretFacts: Sendable {
  /// The setting that it came from.
  let name: String
  /// Whether it begins or ends with a blank, a tab or a line break.
  let hasBlanksAround: Bool

  init(name: String, _ secret: Secret) {
    self.name = name
    hasBlanksAround = secret.withExposedBytes { bytes in
      [bytes.first, bytes.last].contains { $0.map { " \t\r\n".utf8.contains($0) } ?? false }
    }
  }

  var findings: [Finding] {
    guard hasBlanksAround else { return [] }
    return [
      .warning(
        .configuration, "blanks_around_secret", "the secret in \(name) begins or ends with a blank or a line break",
        "If it is not meant to, take it away: printf %s SECRET > FILE. One line break at the end of a file is dropped; "
          + "everything else is sent.")
    ]
  }
}
