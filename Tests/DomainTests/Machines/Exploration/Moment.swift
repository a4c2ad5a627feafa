import ServiceTokenDomain

/// A moment in whole seconds, by both clocks: the referees reckon with it and not with ``Reading``.
struct Moment: Hashable {
  var monotonic: Int64
  var wall: Int64

  static let start = Moment(monotonic: 1000, wall: 500_000)

  func plus(_ seconds: Int64) -> Moment { Moment(monotonic: monotonic + seconds, wall: wall + seconds) }

  /// Passed as soon as one clock says so.
  func isPassed(at now: Moment) -> Bool { now.monotonic >= monotonic || now.wall >= wall }

  /// The last of `moments`, clock by clock.
  static func last(of moments: [Moment]) -> Moment? {
    guard let monotonic = moments.map(\.monotonic).max(), let wall = moments.map(\.wall).max() else { return nil }
    return Moment(monotonic: monotonic, wall: wall)
  }

  var reading: Reading { Reading(monotonic: monotonic * 1_000_000_000, wall: wall * 1_000_000_000) }
}

/// Why a referee does not allow what a machine did.
struct Foul: Error {
  let rule: String
  init(_ rule: String) { self.rule = rule }
}
