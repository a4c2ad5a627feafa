import Foundation
import ServiceTokenPorts
public import Testing

extension Trait where Self == Apart {
  /// For tests that compute for long: they run one after another on a thread of their own, which gives way to all others.
  ///
  /// Tasks share as many threads as there are cores, and whoever is resumed stands in line behind all that is ready to
  /// run: on those threads such tests would hold up others that are about real time, for longer than these can wait.
  public static var apart: Self { Apart() }
}

/// See ``Testing/Trait/apart``.
public struct Apart: TestTrait, SuiteTrait, TestScoping {
  /// A suite's tests are each apart.
  public let isRecursive = true

  /// Runs a test on the thread.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    try await withTaskExecutorPreference(LineOfJobs.shared) { try await function() }
  }
}

/// A thread that does what is asked, in the order of asking.
private final class LineOfJobs: TaskExecutor {
  static let shared = LineOfJobs()

  private let jobs = Locked([UnownedJob]())
  private let asked = DispatchSemaphore(value: 0)

  private init() { Thread.detachNewThread { self.work() } }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    jobs.withLock { $0.append(job) }
    asked.signal()
  }

  private func work() {
    // Of this thread alone, which it is on Linux only.
    #if canImport(Glibc)
      setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
    #endif
    while true {
      asked.wait()
      let job = jobs.withLock { $0.removeFirst() }
      unsafe job.runSynchronously(on: asUnownedTaskExecutor())
    }
  }
}
