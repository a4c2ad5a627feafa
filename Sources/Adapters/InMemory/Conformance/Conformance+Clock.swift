import ServiceTokenDomain
public import ServiceTokenPorts

extension Conformance {
  /// Holds `clock` to ``/ServiceTokenPorts/Ports/Clock``. It takes some hundredths of a second with a clock that keeps
  /// its promises.
  ///
  /// - Parameters:
  ///   - clock: the clock to look at.
  ///   - patience: how long, in real time, a call may take that has to return at once.
  ///   - passTime: for a clock that does not go by itself: called once, with a duration that somebody is about to sleep
  ///     for, it has to wait for the sleeper and to let that much time pass.
  /// - Returns: the promises that were not kept. Cancelling the task makes the findings meaningless.
  public static func check(
    clock: any Ports.Clock, patience: Duration = .seconds(30),
    passTime: @escaping @Sendable (Duration) async -> Void = { _ in }
  ) async -> [Finding] {
    var findings: [Finding] = []
    func expect(_ promise: String, _ problem: String?) {
      if let problem { findings.append(Finding(promise: promise, problem: problem)) }
    }

    expect("the monotonic clock never goes back", await goesBack(clock) ? "a later reading is less" : nil)
    for duration in [Duration.zero, .seconds(-1)] {
      let ended = await outcome(within: patience) { try await clock.sleep(for: duration) }
      expect("sleeping for \(duration) returns at once", problem(of: ended))
    }

    // First of the sleeps that wait, so that it is the one that `passTime` sees.
    let short = Duration.milliseconds(5)
    let slept = await outcome(within: patience) {
      let passing = Task.detached { await passTime(short) }
      defer { passing.cancel() }
      let start = clock.now()
      try await clock.sleep(for: short)
      return clock.now().elapsed(since: start)
    }
    expect(
      "a sleep is not shorter than asked for, by the clock's own monotonic reading",
      problem(of: slept) { $0 < short ? "\($0) instead of \(short)" : nil })

    let late = await outcome(within: patience) {
      unsafe withUnsafeCurrentTask { task in unsafe task?.cancel() }
      try await clock.sleep(for: .seconds(3600))
    }
    expect("sleeping in a cancelled task throws CancellationError", problem(ofCancelled: late))
    let interrupted = await outcome(within: patience) {
      let sleeper = Task.detached { try await clock.sleep(for: .seconds(3600)) }
      // Long enough for the sleeper to have begun on most machines; if it has not, the promise is the same.
      try? await Task.sleep(for: .milliseconds(5))
      sleeper.cancel()
      try await sleeper.value
    }
    expect("cancelling a sleep throws CancellationError at once", problem(ofCancelled: interrupted))
    return findings
  }

  /// Whether any of several threads sees the monotonic part go back.
  private static func goesBack(_ clock: any Ports.Clock) async -> Bool {
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 {
        group.addTask {
          var last = clock.now().monotonic
          for _ in 0..<2_500 {
            let now = clock.now().monotonic
            if now < last { return true }
            last = now
          }
          return false
        }
      }
      return await group.contains(true)
    }
  }

  /// What is wrong with a call that has to return, where `wrong` judges what it returned.
  private static func problem<Value>(
    of ended: Result<Value, any Error>?, wrong: (Value) -> String? = { _ in nil }
  ) -> String? {
    switch ended {
    case nil: "it did not end"
    case .success(let value): wrong(value)
    case .failure(let error): "it threw \(type(of: error))"
    }
  }

  /// What is wrong with a call whose task was cancelled.
  private static func problem(ofCancelled ended: Result<Void, any Error>?) -> String? {
    if case .failure(let error) = ended, error is CancellationError { return nil }
    return problem(of: ended) { "it returned" }
  }
}
