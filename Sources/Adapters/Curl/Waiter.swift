#if Curl
  import ServiceTokenDomain
  import ServiceTokenPorts

  /// The caller of one request: resumed exactly once, by whichever of answer and cancellation comes first.
  final class Waiter: Sendable {
    private enum State {
      case expected
      case waiting(CheckedContinuation<HTTPResponse, any Error>)
      case finished(Result<HTTPResponse, any Error>?)
    }

    private let state = Locked(State.expected)

    /// Whether nobody waits any more.
    var isFinished: Bool {
      state.withLock { if case .finished = $0 { true } else { false } }
    }

    /// Takes the caller's continuation. False when the end came first: the caller is resumed with it, nothing is to do.
    func park(_ continuation: CheckedContinuation<HTTPResponse, any Error>) -> Bool {
      let early: Result<HTTPResponse, any Error>? = state.withLock { state in
        guard case .finished(let result) = state else {
          state = .waiting(continuation)
          return nil
        }
        return result
      }
      guard let early else { return true }
      continuation.resume(with: early)
      return false
    }

    /// Ends the wait. True when a caller was waiting and has been resumed by this call.
    @discardableResult
    func finish(_ result: Result<HTTPResponse, any Error>) -> Bool {
      let continuation: CheckedContinuation<HTTPResponse, any Error>? = state.withLock { state in
        switch state {
        case .expected:
          state = .finished(result)
          return nil
        case .waiting(let continuation):
          state = .finished(nil)
          return continuation
        case .finished:
          return nil
        }
      }
      continuation?.resume(with: result)
      return continuation != nil
    }
  }
#endif
