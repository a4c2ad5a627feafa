/// Lets a task go on within the call that resumes it: nothing that comes after that call has happened then.
public final class AtOnce: TaskExecutor {
  /// Makes one.
  public init() {}

  /// Runs the job.
  public func enqueue(_ job: consuming ExecutorJob) {
    unsafe UnownedJob(job).runSynchronously(on: asUnownedTaskExecutor())
  }
}
