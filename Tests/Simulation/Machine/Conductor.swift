import Glibc

/// Runs every job of Swift's concurrency on the one thread of the simulation, one after another, in an order that the
/// seed decides.
///
/// The runtime lets a process put a function in the place of its global executor: it calls whatever stands in
/// `swift_task_enqueueGlobal_hook`. Jobs of tasks and of default actors all come through there. Only `Task.yield` and
/// `Task.sleep` do not, so nothing in here uses them; what comes from another thread ends the process.
@safe final class Conductor: @unchecked Sendable {
  static let shared = Conductor()

  /// In which order the jobs that could run do.
  enum Order: CaseIterable {
    /// Any of them.
    case any
    /// The first, as on a quiet machine.
    case first
    /// The last: who came first waits long.
    case last
    /// Each has a rank by chance, so that some wait until all others are done.
    case ranked
  }

  private struct Entry {
    let job: UnownedJob
    let rank: UInt64
  }

  private var ready: [Entry] = []
  /// The job that runs, whatever tasks it begins on the way and takes a step with.
  fileprivate private(set) var running: UnownedJob?
  private var order = Order.any
  private var dice = Dice(0, for: .order)
  private let thread = pthread_self()

  var readyCount: Int { ready.count }

  /// Begins a scenario; nothing of the last one may be left.
  func begin(_ order: Order, _ dice: Dice) {
    precondition(ready.isEmpty, "jobs of the last scenario are left")
    (self.order, self.dice) = (order, dice)
  }

  /// Runs one job up to where it waits or ends.
  func runOne() {
    let index =
      switch order {
      case .any: dice.below(ready.count)
      case .first: 0
      case .last: ready.count - 1
      case .ranked: ready.indices.max { ready[$0].rank < ready[$1].rank } ?? 0
      }
    let job = ready.remove(at: index).job
    // A job may be interrupted by others, as by another thread.
    let interrupted = running
    running = job
    unsafe job.runSynchronously(on: Self.nowhere)
    running = interrupted
  }

  private func enqueue(_ job: UnownedJob) {
    precondition(pthread_self() == thread, "a job came from a thread that is not the simulation's")
    ready.append(Entry(job: job, rank: dice.next()))
  }

  // MARK: - The runtime's side

  /// The executor of a task that prefers none, as the runtime itself writes it: two words of zero.
  private static let nowhere: UnownedSerialExecutor = unsafe unsafeBitCast((0, 0), to: UnownedSerialExecutor.self)

  /// In C's convention, which on the processors of this package passes two pointers as Swift's does.
  private typealias Hook = @convention(c) (OpaquePointer, OpaquePointer?) -> Void
  private typealias DelayHook = @convention(c) (UInt64, OpaquePointer, OpaquePointer?) -> Void

  /// Takes the place of the global executor. Once, before the first task.
  func takeOver() {
    let enqueue: Hook = { job, _ in
      Conductor.shared.enqueue(unsafe unsafeBitCast(job, to: UnownedJob.self))
    }
    let refuse: DelayHook = { _, _, _ in preconditionFailure("somebody sleeps without the port") }
    unsafe Self.put(unsafeBitCast(enqueue, to: UnsafeRawPointer.self), into: "swift_task_enqueueGlobal_hook")
    unsafe Self.put(unsafeBitCast(refuse, to: UnsafeRawPointer.self), into: "swift_task_enqueueGlobalWithDelay_hook")
    unsafe Self.put(unsafeBitCast(refuse, to: UnsafeRawPointer.self), into: "swift_task_enqueueGlobalWithDeadline_hook")
  }

  private static func put(_ function: UnsafeRawPointer, into name: String) {
    guard let hook = unsafe dlsym(dlopen(nil, RTLD_LAZY), name) else {
      preconditionFailure("this runtime has no \(name)")
    }
    unsafe hook.assumingMemoryBound(to: UnsafeRawPointer?.self).pointee = function
  }
}

/// Which task this is: two calls of a port are the same fetch's just when they come from one task, or from tasks that it
/// began for just that. Who has the id keeps the task's memory, so that no other task gets its place.
struct TaskID: Hashable {
  private let task: AnyObject

  /// To be asked before anything is waited for. A task is a job, and the first thing that it does for a port it does in
  /// its own, even if by another task that begins on the spot.
  static var current: TaskID? {
    Conductor.shared.running.map { unsafe TaskID(task: unsafeBitCast($0, to: AnyObject.self)) }
  }

  static func == (left: TaskID, right: TaskID) -> Bool { left.task === right.task }
  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(task)) }
}
