public import ServiceTokenDomain
public import ServiceTokenPorts

/// A secret that a test can change, or make fail.
///
/// It may be used from any number of tasks at once.
public final class InMemorySecretSource: Ports.SecretSource {
  private struct State: Sendable {
    var answer: Result<Secret, any Error>
    var reads = 0
  }

  private let state: Locked<State>

  /// Makes a source of `secret`.
  public init(_ secret: Secret) { state = Locked(State(answer: .success(secret))) }

  /// Gives `secret` from now on, as after a rotation.
  public func set(_ secret: Secret) { state.withLock { $0.answer = .success(secret) } }

  /// Throws `error` from now on, until the next ``set(_:)``.
  public func fail(with error: any Error) { state.withLock { $0.answer = .failure(error) } }

  /// How often the secret was asked for, failures included.
  public var reads: Int { state.withLock { $0.reads } }

  /// The secret as it was last set. It does not suspend.
  ///
  /// - Throws: the error of ``fail(with:)``; `CancellationError` when the task was cancelled, which is no read.
  public func clientSecret() async throws -> Secret {
    try Task.checkCancellation()
    let answer = state.withLock { state in
      state.reads += 1
      return state.answer
    }
    return try answer.get()
  }
}
