import ServiceTokenDomain
public import ServiceTokenPorts

extension Conformance {
  /// Holds `clock` to ``ServiceTokenPorts/Ports/Clock``. It takes some hundredths of a second with a clock that keeps
  /// its promises.
  ///
  /// - Parameters:
  ///   - clock: the clock to look at.
  ///   - patience: how long, in real time, a call may take that has to return at once.
  ///   - passTime: for a clock that does not go by itself: called once, with a duration that somebody is about to sleep
  ///     for, it has to wait for the sleeper and to let that much time pass.
  /// - Returns: the promises that were not kept. Cancelling the task makes the findings meaningless.
  public static func check(
    clock: any Ports.Clock, patience: Duration = .seconds(5),
    passTime: @escaping @Sendable (Duration) async -> Void = { _ in }
  ) async -> [Finding] {
    var findings: [Finding] = []

    if await goesBack(clock) {
      findings.append(Finding(promise: "the monotonic clock never goes back", problem: "a later reading is less"))
    }

    for duration in [Duration.zero, .seconds(-1)] {
      let ended = await outcome(within: patience) { try await clock.sleep(for: duration) }
      if let problem = problem(with: ended, whereItReturns: true) {
        findings.append(Finding(promise: "sleeping for \(duration) returns at once", problem: problem))
      }
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
    let promise = "a sleep is not shorter than asked for, by the clock's own monotonic reading"
    if case .success(let elapsed) = slept {
      if elapsed < short { findings.append(Finding(promise: promise, problem: "\(elapsed) instead of \(short)")) }
    } else if let problem = problem(with: slept.map { $0.map { _ in } }, whereItReturns: true) {
      findings.append(Finding(promise: promise, problem: problem))
    }

    let before = await outcome(within: patience) {
      unsafe withUnsafeCurrentTask { task in unsafe task?.cancel() }
      try await clock.sleep(for: .seconds(3600))
    }
    if let problem = problem(with: before, whereItReturns: false) {
      findings.append(Finding(promise: "sleeping in a cancelled task throws CancellationError", problem: problem))
    }

    let during = await outcome(within: patience) {
      let sleeper = Task.detached { try await clock.sleep(for: .seconds(3600)) }
      // Long enough for the sleeper to have begun on most machines; if it has not, the promise is the same.
      try? await Task.sleep(for: .milliseconds(5))
      sleeper.cancel()
      try await sleeper.value
    }
    if let problem = problem(with: during, whereItReturns: false) {
      findings.append(Finding(promise: "cancelling a sleep throws CancellationError at once", problem: problem))
    }
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

  private static func problem(with ended: Result<Void, any Error>?, whereItReturns: Bool) -> String? {
    switch ended {
    case nil: "it did not end"
    case .success: whereItReturns ? nil : "it returned"
    case .failure(let error):
      if whereItReturns || !(error is CancellationError) { "it threw \(type(of: error))" } else { nil }
    }
  }
}
