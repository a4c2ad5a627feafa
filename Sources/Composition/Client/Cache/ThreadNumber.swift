import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A number for each thread, counted from 1 as they come: neighbours never share one, which hashes of addresses do.
enum ThreadNumber {
  private static let last = Atomic<Int>(0)

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    let result = unsafe pthread_key_create(&key, nil)
    precondition(result == 0, "no key for thread-specific data: error \(result)")
    return key
  }()

  /// The calling thread's.
  static var current: Int {
    let known = unsafe Int(bitPattern: pthread_getspecific(key))
    return known == 0 ? assign() : known
  }

  @inline(never)
  private static func assign() -> Int {
    let number = last.wrappingAdd(1, ordering: .relaxed).newValue
    unsafe pthread_setspecific(key, UnsafeRawPointer(bitPattern: number))
    return number
  }
}
