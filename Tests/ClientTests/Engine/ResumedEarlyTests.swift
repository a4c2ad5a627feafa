import ServiceTokenPorts
import Synchronization
import Testing

/// Holds what check-sanitizers tells Thread Sanitizer about continuations; without it this is a race to it.
@Suite struct ResumedEarlyTests {
  /// What is handed over.
  private final class Answer: Sendable {
    let number: Int
    init(_ number: Int) { self.number = number }
  }

  @Test("S10: who is answered a moment before falling asleep has all that came before the answer")
  func early() async {
    // Relaxed, and looked at again and again: anything that orders the two threads would do what is to be shown.
    let isAnswered = Atomic(false)
    let answer = await withCheckedContinuation { continuation in
      let hasThread = DetachedThread.start {
        continuation.resume(returning: Answer(10))
        isAnswered.store(true, ordering: .relaxed)
      }
      precondition(hasThread, "no thread")
      while !isAnswered.load(ordering: .relaxed) {}
    }
    ThreadSanitizer.wasResumed()
    #expect(answer.number == 10)
  }
}
