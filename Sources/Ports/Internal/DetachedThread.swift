#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A thread of its own, for work that blocks: tasks have no more threads than the machine has cores, and must not block
/// one. It stands beside ``Locked``, for the same reason.
package enum DetachedThread {
  /// Starts one that ends with `body`.
  ///
  /// - Returns: false where the system gives none; `body` is not run then.
  package static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
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
    let status = unsafe pthread_create(&thread, &attributes, { unsafe run($0) }, work.toOpaque())
    if status != 0 { unsafe work.release() }
    return status == 0
  }
}

private final class Work: Sendable {
  let body: @Sendable () -> Void

  init(body: @escaping @Sendable () -> Void) { self.body = body }
}

private func run(_ work: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let work = unsafe work { unsafe Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body() }
  return nil
}
