/// Runs `body` in a task that was cancelled before it began.
func cancelled<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
  try await Task {
    unsafe withUnsafeCurrentTask { task in unsafe task?.cancel() }
    return try await body()
  }.value
}
