import ServiceTokenPorts

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Threads with small stacks, and a way to wait until all of them have ended.
///
/// `@unchecked`, because the compiler cannot see that `mutex` guards `running`.
@safe final class ThreadGroup: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let isEmpty: UnsafeMutablePointer<pthread_cond_t>
  private var running = 0

  init() {
    unsafe mutex = .allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe pthread_mutex_init(mutex, nil)
    unsafe isEmpty = .allocate(capacity: 1)
    unsafe isEmpty.initialize(to: pthread_cond_t())
    unsafe pthread_cond_init(isEmpty, nil)
  }

  deinit {
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
    unsafe pthread_cond_destroy(isEmpty)
    unsafe isEmpty.deallocate()
  }

  func spawn(_ body: @escaping @Sendable () -> Void) throws {
    change(by: 1)
    let held = Locked<(@Sendable () -> Void)?>(body)
    let isStarted = DetachedThread.start {
      // It counts as running until it has also let go of what its body held, descriptors among it.
      held.withLock { $0.take() }?()
      self.change(by: -1)
    }
    guard isStarted else {
      change(by: -1)
      throw LoopbackServer.Failure("pthread_create")
    }
  }

  /// Returns when no thread runs.
  func wait() {
    unsafe pthread_mutex_lock(mutex)
    while running > 0 { unsafe pthread_cond_wait(isEmpty, mutex) }
    unsafe pthread_mutex_unlock(mutex)
  }

  private func change(by step: Int) {
    unsafe pthread_mutex_lock(mutex)
    running += step
    if running == 0 { unsafe pthread_cond_broadcast(isEmpty) }
    unsafe pthread_mutex_unlock(mutex)
  }
}
