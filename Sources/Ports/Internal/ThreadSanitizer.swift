/// What Thread Sanitizer has to be told. It stands beside ``Locked``, for the same reason.
package enum ThreadSanitizer {
  #if THREAD_SANITIZER
    /// Says that whoever resumed the continuation from which this task goes on came before: `defer`red where it is awaited.
    ///
    /// Swift's runtime on Linux says so itself where a task sleeps when it is resumed, and forgets it where the task is
    /// resumed a moment before it would fall asleep: what was handed over then looks like a race.
    package static func wasResumed() {
      unsafe withUnsafeCurrentTask { task in
        // The runtime releases by the address of the task, which is all that this is.
        if let task = unsafe task { unsafe acquire(unsafeBitCast(task, to: UnsafeRawPointer.self)) }
      }
    }

    @_silgen_name("__tsan_acquire")
    private static func acquire(_ address: UnsafeRawPointer)
  #else
    /// Says nothing, without Thread Sanitizer.
    @inlinable
    package static func wasResumed() {}
  #endif
}
