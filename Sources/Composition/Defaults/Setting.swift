import ServiceTokenDomain

/// A value with the name by which whoever configured it knows it: a variable, a parameter.
struct Setting<Value: Sendable>: Sendable {
  let name: String
  let value: Value

  /// What to throw where the value cannot be used. Errors show the name and never the value: a secret in the wrong
  /// variable is a common mistake.
  func refused(_ reason: String) -> ServiceTokenError {
    ServiceTokenError(.invalidConfiguration, "\(name): \(reason)")
  }
}
