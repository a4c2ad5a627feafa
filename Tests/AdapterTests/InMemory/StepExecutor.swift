import ServiceTokenPorts

@testable import ServiceTokenInMemory

/// Runs the jobs of its tasks on the test's own thread, one after another in the order in which they became ready, and
/// only when told to: afterwards every task has ended or is suspended.
final class StepExecutor: TaskExecutor {
  private let jobs = Locked<[UnownedJob]>([])

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    jobs.withLock { $0.append(job) }
  }

  /// Runs until no task can go on.
  func run() {
    while let job = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
      unsafe job.runSynchronously(on: asUnownedTaskExecutor())
    }
  }

  /// Starts `body` and runs it to its first suspension.
  func start(_ body: @escaping @Sendable () async throws -> Void) {
    Task(executorPreference: self) { try await body() }
    run()
  }
}
