public import ServiceTokenDomain

extension Ports {
  /// Gives the client secret, when it is needed.
  ///
  /// It is asked once for each fetch of a token and, when the server refused the secret, once more (SPEC R3), so that a
  /// secret can be rotated without a restart.
  ///
  /// ## What an implementer owes
  /// - **The secret as it is now.** Do not cache it longer than you would want a revoked secret to be sent.
  /// - **A secret that is not empty**, or an error. The client wraps any error in
  ///   ``/ServiceTokenDomain/ServiceTokenError/Code/secretUnavailable``, does not retry it and does not cache it.
  /// - **An error that says what to mend** (the variable, the path, the store) and never holds a part of the secret. A
  ///   ``/ServiceTokenDomain/ServiceTokenError`` passes through as it is.
  /// - **Promptness**, also about cancellation: a fetch waits for the answer, with no time-out of its own.
  /// - The secret goes nowhere else: no log, no copy, no description.
  /// - Calls may come from any number of tasks at once.
  ///
  /// ## To fake it
  /// `ServiceTokenInMemory.InMemorySecretSource` holds a secret that a test can change, or make fail.
  public protocol SecretSource: Sendable {
    /// The client secret as it is now.
    ///
    /// - Throws: an error that says why there is none and holds no part of it; `CancellationError` when the task was
    ///   cancelled.
    func clientSecret() async throws -> Secret

    /// The same, and ``Cancellation`` ends it as a cancellation of the calling task does. Unless implemented, a task of its
    /// own does it; a source that waits for nothing saves that task.
    ///
    /// - Throws: as ``clientSecret()`` does; `CancellationError` too when `cancellation` was cancelled.
    func clientSecret(cancelledBy cancellation: Cancellation) async throws -> Secret
  }
}

extension Ports.SecretSource {
  /// The client secret, in a task of its own.
  public func clientSecret(cancelledBy cancellation: Ports.Cancellation) async throws -> Secret {
    try await cancellation.run { try await clientSecret() }
  }
}

/// The simplest source of a secret is the secret itself: one that never changes.
extension Secret: Ports.SecretSource {
  /// The secret itself.
  public func clientSecret() async throws -> Secret { self }

  /// The secret itself.
  public func clientSecret(cancelledBy cancellation: Ports.Cancellation) async throws -> Secret { self }
}
