public import ServiceTokenDomain
public import ServiceTokenPorts

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The machine's clocks, at the resolution of its timer tick (1 to 10 ms on Linux).
///
/// On Linux `CLOCK_MONOTONIC_COARSE` and `CLOCK_REALTIME_COARSE`, because both together cost less than one precise
/// reading, and a reading is taken on every hit of the cache; the monotonic one stands still while the machine is
/// suspended. On Apple's systems `CLOCK_MONOTONIC_RAW_APPROX`, which counts through sleep, and `CLOCK_REALTIME`.
///
/// Safe to use from any number of threads; holds nothing.
public struct SystemClock: Ports.Clock {
  /// Makes a clock. Nothing is read before the first call.
  public init() {}

  /// What both clocks say now. Does not allocate, block or suspend.
  public func now() -> Reading {
    #if canImport(Darwin)
      Reading(
        monotonic: Int64(clamping: clock_gettime_nsec_np(CLOCK_MONOTONIC_RAW_APPROX)),
        wall: Int64(clamping: clock_gettime_nsec_np(CLOCK_REALTIME)))
    #else
      Reading(monotonic: nanoseconds(CLOCK_MONOTONIC_COARSE), wall: nanoseconds(CLOCK_REALTIME_COARSE))
    #endif
  }

  private static let tick: Duration = {
    #if canImport(Darwin)
      let clock = CLOCK_MONOTONIC_RAW_APPROX
    #else
      let clock = CLOCK_MONOTONIC_COARSE
    #endif
    var tick = timespec()
    unsafe clock_getres(clock, &tick)
    return .seconds(Int64(tick.tv_sec)) + .nanoseconds(Int64(tick.tv_nsec))
  }()

  /// Waits for `duration` by Swift's continuous clock, which counts through suspend, and a tick more: a reading is up to
  /// one tick old, and two of them shall not say that the wait was shorter. Returns at once for a duration that is not
  /// positive.
  ///
  /// - Throws: `CancellationError` when the task is cancelled, at once, also when it was so before the call.
  public func sleep(for duration: Duration) async throws {
    try Task.checkCancellation()
    if duration > .zero { try await Task.sleep(for: duration + Self.tick, clock: .continuous) }
  }
}

#if !canImport(Darwin)
  private func nanoseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
#endif
