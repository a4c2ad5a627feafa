import ServiceTokenDomain
import Testing

@Suite struct StatusTableTests {
  /// SPEC's words once more, as a list of ranges instead of a switch: the first that holds a status decides.
  private static func expected(_ table: StatusTable) -> [(ClosedRange<Int>, StatusTable.Meaning)] {
    let later = StatusTable.Meaning.unavailable(mindsRetryAfter: true)
    let standardOnly: [(ClosedRange<Int>, StatusTable.Meaning)] = [
      (408...408, later), (429...429, later), (503...503, later),
    ]
    return (table == .standard ? standardOnly : []) + [
      (401...401, .unauthorized), (403...403, .unauthorized), (200...299, .success), (300...399, .rejected),
      (400...499, .rejected), (Int.min...Int.max, .unavailable(mindsRetryAfter: false)),
    ]
  }

  @Test("R2: every status from 100 to 999 means what its table says", arguments: StatusTable.allCases)
  func everyStatus(table: StatusTable) {
    for status in 100...999 {
      let expected = Self.expected(table).first { $0.0.contains(status) }?.1
      #expect(table.meaning(of: status) == expected, "\(status)")
    }
  }

  @Test("R3: in the original's table 408 and 429 are refusals, and no Retry-After counts")
  func original() {
    #expect(StatusTable.original.meaning(of: 408) == .rejected)
    #expect(StatusTable.original.meaning(of: 429) == .rejected)
    #expect(StatusTable.original.meaning(of: 503) == .unavailable(mindsRetryAfter: false))
    #expect(RetryPolicy.original.statuses == .original)
    #expect(RetryPolicy.standard.statuses == .standard)
  }

  @Test(
    "R2: a status that no server should send is unavailable", arguments: [-1, 0, 99, 100, 199, 600, 999, 1000, .max])
  func odd(status: Int) {
    for table in StatusTable.allCases {
      #expect(table.meaning(of: status) == .unavailable(mindsRetryAfter: false))
    }
  }
}
