import ServiceTokens

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Does what blocks on a thread of its own, and leaves it there when the task is cancelled. Not one of Dispatch's: those
/// run the tasks, and on one core there is one.
///
/// - Throws: `CancellationError`, at once.
func onThreadOfItsOwn<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async throws -> Result {
  let caller = Locked(Caller<Result>.expected)
  return try await withTaskCancellationHandler {
    try await withCheckedThrowingContinuation { continuation in
      guard caller.withLock({ $0.waits(continuation) }) else {
        return continuation.resume(throwing: CancellationError())
      }
      startThread { [body] in
        let result = body()
        caller.withLock { $0.leaves() }?.resume(returning: result)
      }
    }
  } onCancel: {
    caller.withLock { $0.leaves() }?.resume(throwing: CancellationError())
  }
}

/// Who waits for the thread: to be resumed once, by whichever of the two comes first.
private enum Caller<Result: Sendable> {
  case expected
  case waiting(CheckedContinuation<Result, any Error>)
  case gone

  /// False where it has been cancelled before it began to wait.
  mutating func waits(_ continuation: CheckedContinuation<Result, any Error>) -> Bool {
    guard case .expected = self else { return false }
    self = .waiting(continuation)
    return true
  }

  mutating func leaves() -> CheckedContinuation<Result, any Error>? {
    defer { self = .gone }
    return if case .waiting(let continuation) = self { continuation } else { nil }
  }
}

/// A process that can have no thread has other troubles: then the work is done here.
private func startThread(_ body: @escaping @Sendable () -> Void) {
  let work = unsafe Unmanaged.passRetained(Work(body: body))
  var attributes = pthread_attr_t()
  unsafe pthread_attr_init(&attributes)
  defer { unsafe pthread_attr_destroy(&attributes) }
  unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  // Enough for OpenSSL; musl's default would be 128 KiB.
  unsafe pthread_attr_setstacksize(&attributes, 512 * 1024)
  #if canImport(Darwin)
    var thread: pthread_t?
  #else
    var thread = pthread_t()
  #endif
  let status = unsafe pthread_create(&thread, &attributes, { unsafe doWork($0) }, work.toOpaque())
  if status != 0 { unsafe work.takeRetainedValue().body() }
}

private final class Work: Sendable {
  let body: @Sendable () -> Void

  init(body: @escaping @Sendable () -> Void) { self.body = body }
}

private func doWork(_ work: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let work = unsafe work { unsafe Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body() }
  return nil
}
