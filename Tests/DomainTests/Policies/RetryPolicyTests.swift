import ServiceTokenDomain
import Testing

@Suite struct RetryPolicyTests {
  @Test("R1: 3 attempts, 1 s before the second and 2 s before the third, 10 s each, 35 s for the whole")
  func standard() {
    let policy = RetryPolicy.standard
    #expect(policy.maximumAttempts == 3)
    #expect(policy.backoff(beforeAttempt: 2) == .seconds(1))
    #expect(policy.backoff(beforeAttempt: 3) == .seconds(2))
    #expect(policy.attemptTimeout == .seconds(10))
    #expect(policy.totalTimeout == .seconds(35))
    #expect(policy.longestRetryAfter == .seconds(5))
    #expect(RetryPolicy.original.statuses == .original)
    #expect(RetryPolicy(statuses: .original) == .original)
  }

  @Test("R1: the wait doubles, and stays defined for any number of attempts")
  func backoff() {
    let policy = RetryPolicy(maximumAttempts: .max, initialBackoff: .milliseconds(100))
    #expect((2...6).map { policy.backoff(beforeAttempt: $0) } == [100, 200, 400, 800, 1600].map { .milliseconds($0) })
    #expect(policy.backoff(beforeAttempt: .max) == .milliseconds(100) * (1 << 30))
    #expect([Int.min + 2, 0, 1].allSatisfy { policy.backoff(beforeAttempt: $0) == .milliseconds(100) })
    #expect(RetryPolicy(initialBackoff: .zero).backoff(beforeAttempt: 3) == .zero)
  }

  @Test("R1: without jitter, which is the default, no random number moves a wait")
  func noJitter() {
    for random in [0, 1 << 63, .max] as [UInt64] {
      #expect(RetryPolicy.standard.backoff(beforeAttempt: 2, random: random) == .seconds(1))
      #expect(RetryPolicy.standard.backoff(beforeAttempt: 3, random: random) == .seconds(2))
    }
    #expect(RetryPolicy.standard.jitter == .none)
  }

  @Test("R1: with full jitter a wait is evenly anything from zero to the whole, by the random number given")
  func fullJitter() {
    let policy = RetryPolicy(jitter: .full)
    for (attempt, whole) in [(2, 1_000_000_000), (3, 2_000_000_000), (4, 4_000_000_000)] as [(Int, Int64)] {
      for sixteenth in 0..<16 as Range<Int64> {
        let wait = policy.backoff(beforeAttempt: attempt, random: UInt64(sixteenth) << 60)
        #expect(wait == .nanoseconds(whole / 16 * sixteenth))
      }
      #expect(policy.backoff(beforeAttempt: attempt, random: .max) == .nanoseconds(whole - 1))
    }
  }

  @Test("R1: jitter is defined for any wait, the longest and the shortest")
  func jitterAtTheEnds() {
    let longest = RetryPolicy(initialBackoff: .seconds(Int64.max), jitter: .full)
    #expect(longest.backoff(beforeAttempt: 2, random: .max) == .nanoseconds(Int64.max - 1))
    #expect(longest.backoff(beforeAttempt: 2, random: 0) == .zero)
    for wait in [Duration.zero, .nanoseconds(1), Duration(secondsComponent: 0, attosecondsComponent: 5)] {
      #expect(RetryPolicy(initialBackoff: wait, jitter: .full).backoff(beforeAttempt: 2, random: .max) == .zero)
    }
  }

  @Test("S11: a probe's policy is the same, but for one attempt")
  func singleAttempt() {
    let policy = RetryPolicy(
      maximumAttempts: 5, initialBackoff: .seconds(3), jitter: .full, attemptTimeout: .seconds(4),
      totalTimeout: .seconds(50), longestRetryAfter: .seconds(6), statuses: .original)
    let single = policy.singleAttempt
    #expect(single.maximumAttempts == 1)
    #expect(
      single
        == RetryPolicy(
          maximumAttempts: 1, initialBackoff: .seconds(3), jitter: .full, attemptTimeout: .seconds(4),
          totalTimeout: .seconds(50), longestRetryAfter: .seconds(6), statuses: .original))
    #expect(RetryPolicy.standard.singleAttempt != .standard)
  }
}
