#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A value behind a lock.
///
/// It is a pthread mutex and not `Synchronization.Mutex`, which on Linux collapses to microseconds an operation once
/// more threads than cores block on it, and which Thread Sanitizer does not understand.
@safe final class StateLock<Value>: @unchecked Sendable {
  // Unchecked, and safe: the pointer lives as long as the object and never leaves it;: `value` is touched under `mutex` only.
  private var value: Value
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>

  init(_ value: sending Value) {
    self.value = value
    unsafe mutex = .allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    let result = unsafe pthread_mutex_init(mutex, nil)
    precondition(result == 0, "a mutex cannot be made")
  }

  deinit {
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
  }

  /// Does `body` with the value. It must be short: no I/O, no continuation resumed, no foreign code.
  func withLock<Result, Failure: Error>(_ body: (inout Value) throws(Failure) -> Result) throws(Failure) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return try body(&value)
  }
}
