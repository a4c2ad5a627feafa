#if Curl
  #if canImport(Darwin)
    import Darwin
  #elseif canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif

  /// A value behind a `pthread_mutex_t`.
  ///
  /// Not `Synchronization.Mutex`: on Linux that one hands the lock from waiter to waiter through the kernel and collapses
  /// (microseconds an operation) once busy threads outnumber the cores, and Thread Sanitizer does not understand it.
  ///
  /// `@unchecked`, because the compiler cannot see that the mutex guards every access to `value`.
  @safe final class Locked<Value>: @unchecked Sendable {
    // On the heap by hand: a mutex must not move, and a stored property may be copied in and out.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    init(_ value: Value) {
      self.value = value
      unsafe mutex = .allocate(capacity: 1)
      unsafe mutex.initialize(to: pthread_mutex_t())
      unsafe pthread_mutex_init(mutex, nil)
    }

    deinit {
      unsafe pthread_mutex_destroy(mutex)
      unsafe mutex.deallocate()
    }

    func withLock<Result, Failure: Error>(_ body: (inout Value) throws(Failure) -> Result) throws(Failure) -> Result {
      unsafe pthread_mutex_lock(mutex)
      defer { unsafe pthread_mutex_unlock(mutex) }
      return try body(&value)
    }
  }
#endif
