public import ServiceTokenDomain
public import ServiceTokenPorts

/// A client secret in an environment variable.
///
/// The variable is read anew for every call (SPEC R3) and its value taken byte for byte: nothing is trimmed. A running
/// program seldom sees its environment change, so where secrets are rotated without a restart, mount a file and use
/// ``FileSecretSource``.
///
/// It may be used from any number of tasks at once, under the one condition of ``EnvironmentVariables/process``.
public struct EnvironmentSecretSource: Ports.SecretSource {
  private let variable: String
  private let variables: EnvironmentVariables

  /// Makes a source; nothing is read yet.
  ///
  /// - Parameters:
  ///   - variable: the variable's name, such as `MC_CLIENT_SECRET`. Errors show it.
  ///   - variables: where to look it up.
  public init(variable: String, in variables: EnvironmentVariables = .process) {
    self.variable = variable
    self.variables = variables
  }

  /// The variable's value as it is now. It does not suspend.
  ///
  /// - Throws: a ``/ServiceTokenDomain/ServiceTokenError`` of code
  ///   ``/ServiceTokenDomain/ServiceTokenError/Code/secretUnavailable`` that names the variable, when it is not set or
  ///   empty; `CancellationError` when the task was cancelled.
  public func clientSecret() async throws -> Secret {
    try Task.checkCancellation()
    guard let value = variables.bytes(of: variable) else {
      throw ServiceTokenError(.secretUnavailable, "\(variable) is not set")
    }
    guard !value.isEmpty else {
      throw ServiceTokenError(.secretUnavailable, "\(variable) is empty")
    }
    return Secret(value)
  }

  /// The same; see ``/ServiceTokenPorts/Ports/SecretSource/clientSecret(cancelledBy:)``.
  public func clientSecret(cancelledBy cancellation: Ports.Cancellation) async throws -> Secret {
    try cancellation.check()
    return try await clientSecret()
  }
}
