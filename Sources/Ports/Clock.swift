public import ServiceTokenDomain

extension Ports {
  /// Tells the time, by two clocks at once, and waits.
  ///
  /// ## What an implementer owes
  /// - ``now()`` is called on every read of a cached token: it does not block, allocate, suspend or fail. A resolution
  ///   of some milliseconds is good enough.
  /// - The monotonic part never goes back. It may stop while the machine is suspended. The wall part is what the machine
  ///   takes for the time of day; it may jump.
  /// - ``sleep(for:)`` waits by the monotonic clock, not less than asked for, and wakes at once when its task is
  ///   cancelled.
  /// - Calls may come from any number of threads at once.
  ///
  /// ## To fake it
  /// `ServiceTokenInMemory.ManualClock` stands still until a test advances it, and lets the test await that somebody
  /// sleeps.
  public protocol Clock: Sendable {
    /// What both clocks say now.
    func now() -> Reading

    /// Waits for `duration`; returns at once for one that is not positive.
    ///
    /// - Throws: `CancellationError` when the task is cancelled, at once, also when it was so before the call.
    func sleep(for duration: Duration) async throws
  }
}
