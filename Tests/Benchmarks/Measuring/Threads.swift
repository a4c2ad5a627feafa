import Foundation

/// Does `body` on `count` threads of the operating system at once, each of which gets its number, and says how many
/// nanoseconds passed until the last was done.
///
/// Threads and not tasks: there are as many threads under tasks as cores, so that more of them never meet at a lock.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) -> Double {
  let (start, done) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
  for number in 0..<count {
    Thread {
      start.wait()
      body(number)
      done.signal()
    }.start()
  }
  let began = nanoseconds()
  for _ in 0..<count { start.signal() }
  for _ in 0..<count { done.wait() }
  return nanoseconds() - began
}
