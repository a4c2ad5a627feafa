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
    let start = unsafe Unmanaged.passRetained(Start(self, body))
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    defer { unsafe pthread_attr_destroy(&attributes) }
    unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    unsafe pthread_attr_setstacksize(&attributes, 512 * 1024)
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let status = unsafe pthread_create(&thread, &attributes, { unsafe runStart($0) }, start.toOpaque())
    guard status == 0 else {
      unsafe start.release()
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

  fileprivate func change(by step: Int) {
    unsafe pthread_mutex_lock(mutex)
    running += step
    if running == 0 { unsafe pthread_cond_broadcast(isEmpty) }
    unsafe pthread_mutex_unlock(mutex)
  }
}

private final class Start {
  private let group: ThreadGroup
  private var body: (@Sendable () -> Void)?

  init(_ group: ThreadGroup, _ body: @escaping @Sendable () -> Void) {
    self.group = group
    self.body = body
  }

  /// The thread counts as running until it has also let go of what its body held, descriptors among it.
  func run() {
    body?()
    body = nil
    group.change(by: -1)
  }
}

private func runStart(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let context = unsafe context { unsafe Unmanaged<Start>.fromOpaque(context).takeRetainedValue().run() }
  return nil
}
