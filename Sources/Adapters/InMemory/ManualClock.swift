public import ServiceTokenDomain
public import ServiceTokenPorts

/// A clock that stands still until a test moves it, and on which the test can await that somebody sleeps.
///
/// ```
/// async let token = client.token(for: scope)
/// #expect(try await clock.nextSleep() == .seconds(1))  // the back-off has begun
/// clock.advance(by: .seconds(1))                       // and is over
/// ```
/// Nothing here waits for real time or yields in a loop: a test awaits the one thing that it is about. Moving the clock
/// wakes each sleeper that is due, the earliest deadline first; what they then do comes after the call that moved it.
///
/// It may be used from any number of threads at once.
public final class ManualClock: Ports.Clock {
  private struct Sleeper: Sendable {
    let deadline: Int64
    let promise: Promise<Void>
  }

  private struct State: Sendable {
    var reading: Reading
    /// By deadline, those with the same one in the order in which they came.
    var sleepers: [Sleeper] = []
    /// Sleeps that nobody has asked for yet, or else those who ask for one that has not begun: never both.
    var unreported: [Duration] = []
    var listeners: [Promise<Duration>] = []
  }

  private let state: Locked<State>

  /// Makes a clock that stands at a reading of your choice.
  ///
  /// - Parameters:
  ///   - monotonic: nanoseconds since an origin that means nothing.
  ///   - wall: nanoseconds since 1970-01-01T00:00:00Z; by default those of 2026-11-24T00:00:00Z.
  public init(monotonic: Int64 = 0, wall: Int64 = 1_795_478_400_000_000_000) {
    state = Locked(State(reading: Reading(monotonic: monotonic, wall: wall)))
  }

  /// Where the clock stands.
  public func now() -> Reading { state.withLock { $0.reading } }

  /// Waits until the clock was moved by `duration`, by its monotonic part; returns at once for one that is not positive.
  ///
  /// - Throws: `CancellationError` when the task is cancelled, at once, also when it was so before the call.
  public func sleep(for duration: Duration) async throws {
    try Task.checkCancellation()
    guard duration > .zero else { return }
    let promise = Promise<Void>()
    do {
      try await promise.value {
        // Cancelled just now, it is no sleep.
        if promise.isSettled { return }
        state.withLock { state in
          let deadline = state.reading.advanced(by: duration).monotonic
          let place = state.sleepers.firstIndex { $0.deadline > deadline } ?? state.sleepers.endIndex
          state.sleepers.insert(Sleeper(deadline: deadline, promise: promise), at: place)
        }
        report(duration)
      }
    } catch {
      state.withLock { $0.sleepers.removeAll { $0.promise === promise } }
      throw error
    }
  }

  /// How many sleep now. A sleeper counts no more when the first call that cancels its task, or the one that moves
  /// the clock to its deadline, has returned.
  public var sleeperCount: Int {
    state.withLock { $0.sleepers.count { !$0.promise.isSettled } }
  }

  /// Waits until somebody sleeps, and says for how long. The sleeper is on the clock when this returns, so that moving
  /// the clock wakes it.
  ///
  /// Each sleep is reported once, in the order in which they began, also one that has ended since; one that began before
  /// the call is reported at once. A sleep that does not wait, of no length or in a cancelled task, is none.
  ///
  /// - Throws: `CancellationError` when the task is cancelled first, and nothing else; the sleep is then left for the
  ///   next call.
  public func nextSleep() async throws -> Duration {
    let promise = Promise<Duration>()
    let earlier: Duration? = state.withLock { state in
      if state.unreported.isEmpty {
        state.listeners.append(promise)
        return nil
      }
      return state.unreported.removeFirst()
    }
    if let earlier { return earlier }
    return try await promise.value()
  }

  /// Moves both clocks, as time does.
  ///
  /// - Precondition: `duration` is not negative.
  public func advance(by duration: Duration) { move(monotonic: duration, wall: duration) }

  /// Moves the monotonic clock alone: a wall clock that was stopped or set back meanwhile.
  ///
  /// - Precondition: `duration` is not negative.
  public func advanceMonotonic(by duration: Duration) { move(monotonic: duration, wall: .zero) }

  /// Moves the wall clock alone, either way: a suspended machine, or a clock that somebody set. It wakes nobody.
  public func advanceWall(by duration: Duration) { move(monotonic: .zero, wall: duration) }

  /// Sets the wall clock. It wakes nobody.
  ///
  /// - Parameter wall: nanoseconds since 1970-01-01T00:00:00Z.
  public func setWall(_ wall: Int64) { state.withLock { $0.reading.wall = wall } }

  private func move(monotonic: Duration, wall: Duration) {
    precondition(monotonic >= .zero, "a monotonic clock never goes back")
    let due = state.withLock { state in
      state.reading = Reading(
        monotonic: state.reading.advanced(by: monotonic).monotonic, wall: state.reading.advanced(by: wall).wall)
      let due = state.sleepers.prefix { $0.deadline <= state.reading.monotonic }
      state.sleepers.removeFirst(due.count)
      return due
    }
    for sleeper in due { sleeper.promise.settle(.success(())) }
  }

  /// Tells the first listener that still listens, or keeps `sleep` for the next one.
  private func report(_ sleep: Duration) {
    while true {
      let listener = state.withLock { state -> Promise<Duration>? in
        if state.listeners.isEmpty {
          state.unreported.append(sleep)
          return nil
        }
        return state.listeners.removeFirst()
      }
      guard let listener, !listener.settle(.success(sleep)) else { return }
    }
  }
}
