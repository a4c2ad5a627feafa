import ServiceTokenDomain
import Testing

@Suite struct PauseTests {
  @Test("S11: failures that nobody waited for leave the server alone for 1, 2, 4, 8, 16 and then 30 s")
  func table() {
    #expect((1...8).map(Pause.afterFailure) == [1, 2, 4, 8, 16, 30, 30, 30].map { .seconds($0) })
    #expect(Pause.shortest == .seconds(1))
    #expect(Pause.longest == .seconds(30))
  }

  @Test("S11: a pause is defined for any number, and never shorter than the shortest or longer than the longest")
  func ends() {
    #expect([Int.min + 1, -1, 0].map(Pause.afterFailure) == [.seconds(1), .seconds(1), .seconds(1)])
    #expect([1000, Int.max].map(Pause.afterFailure) == [.seconds(30), .seconds(30)])
  }
}
