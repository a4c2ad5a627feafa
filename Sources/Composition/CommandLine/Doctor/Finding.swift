/// What the doctor looks at, in its order.
enum Check: String, CaseIterable, Sendable {
  case configuration
  case name
  case connection
  case tls
  case endpoint
  case client
  case clock
  case scope
  case life
}

/// What the doctor found out about one thing.
struct Finding: Sendable, Equatable {
  enum Grade: Sendable, Equatable {
    case ok
    /// Tokens can be had all the same.
    case warning
    /// Nothing can be said about it from here.
    case unseen
    /// It makes tokens impossible; how the command ends because of it.
    case failure(ExitCode)
  }

  let check: Check
  /// What scripts and pages go by: it stays what it is when the words change.
  let name: String
  let grade: Grade
  /// What was seen. Of a server's words it holds only what the finding is about, quoted.
  let saw: String
  /// What to do; nil where there is nothing to do.
  let advice: String?

  static func ok(_ check: Check, _ name: String, _ saw: String) -> Finding {
    Finding(check: check, name: name, grade: .ok, saw: saw, advice: nil)
  }

  static func warning(_ check: Check, _ name: String, _ saw: String, _ advice: String) -> Finding {
    Finding(check: check, name: name, grade: .warning, saw: saw, advice: advice)
  }

  static func unseen(_ check: Check, _ name: String, _ saw: String, _ advice: String? = nil) -> Finding {
    Finding(check: check, name: name, grade: .unseen, saw: saw, advice: advice)
  }

  static func failure(
    _ check: Check, _ name: String, _ exitCode: ExitCode, _ saw: String, _ advice: String
  ) -> Finding {
    Finding(check: check, name: name, grade: .failure(exitCode), saw: saw, advice: advice)
  }

  /// Why tokens are impossible; nil where they are not, for all that this finding says.
  var exitCode: ExitCode? {
    if case .failure(let code) = grade { code } else { nil }
  }
}

extension Finding.Grade {
  var word: String {
    switch self {
    case .ok: "ok"
    case .warning: "warning"
    case .unseen: "unseen"
    case .failure: "failure"
    }
  }
}
