import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Gives each thread a number, counted from 1 as they come: neighbours never share one, which hashes of addresses do.
///
/// A value of this type holds what is needed to find the calling thread's, because a global is looked at twice.
struct ThreadNumber: Sendable {
  private static let last = Atomic<Int>(0)

  private static let sharedKey: pthread_key_t = {
    var key = pthread_key_t()
    let result = unsafe pthread_key_create(&key, nil)
    precondition(result == 0, "no key for thread-specific data: error \(result)")
    return key
  }()

  private let key = Self.sharedKey

  /// The calling thread's.
  @inline(__always)
  var current: Int {
    let known = unsafe Int(bitPattern: pthread_getspecific(key))
    return known == 0 ? assign() : known
  }

  @inline(never)
  private func assign() -> Int {
    let number = Self.last.wrappingAdd(1, ordering: .relaxed).newValue
    unsafe pthread_setspecific(key, UnsafeRawPointer(bitPattern: number))
    return number
  }
}
