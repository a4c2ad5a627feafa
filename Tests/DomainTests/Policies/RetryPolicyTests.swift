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
}
