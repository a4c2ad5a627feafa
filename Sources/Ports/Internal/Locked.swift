#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A value that one thread at a time may touch: the lock of all that does without Foundation. It stands here because this
/// is the module that the client and every adapter see; it is no port, and nobody outside of the package sees it.
///
/// It is a `pthread_mutex_t` and not `Synchronization.Mutex`, which on Linux collapses to microseconds an operation once
/// more threads than cores block on it, and which Thread Sanitizer does not understand.
///
/// Unchecked, because the compiler cannot see that `value` is touched only between lock and unlock. Safe, because the
/// pointer does not leave and lives as long as the lock.
@safe package final class Locked<Value>: @unchecked Sendable {
  // The mutex does what the check at each access would look after, and who locks twice waits for himself.
  @exclusivity(unchecked) private var value: Value
  // On the heap by hand: a mutex must not move, and a stored property may be copied in and out.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>

  package init(_ value: sending Value) {
    unsafe self.value = value
    unsafe mutex = .allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    let result = unsafe pthread_mutex_init(mutex, nil)
    precondition(result == 0, "no mutex: error \(result)")
  }

  deinit {
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
  }

  /// Does `body` with the value. It must be short: no I/O, no continuation resumed, no foreign code.
  package func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return try unsafe body(&value)
  }
}
