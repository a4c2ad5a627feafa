/// What `operation` came to, or nil when it took longer than `patience`.
///
/// Whoever hangs is left behind with its task cancelled: nothing else can be done about it, and a suite that hangs with
/// it would find nothing. Only the patience is waited for in real time, and only by who is made to.
func outcome<Value: Sendable>(
  within patience: Duration, of operation: @escaping @Sendable () async throws -> Value
) async -> Result<Value, any Error>? {
  let promise = Promise<Result<Value, any Error>?>()
  let work = Task.detached {
    do {
      promise.settle(.success(.success(try await operation())))
    } catch {
      promise.settle(.success(.failure(error)))
    }
  }
  let watch = Task.detached {
    try await Task.sleep(for: patience)
    promise.settle(.success(nil))
  }
  defer {
    work.cancel()
    watch.cancel()
  }
  return (try? await promise.value()) ?? nil
}
