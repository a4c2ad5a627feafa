import Foundation
import ServiceTokenDomain
import TestSupport
import Testing

/// Everything that can happen to two keys behind one gate, in every order, judged by referees that reckon differently.
///
/// How deep is a matter of time: each further fact takes five times as long. `EXPLORATION_DEPTH=8` looks further, best in
/// a release build (`swift test -c release -Xswiftc -enable-testing --filter ExplorationTests`), where that takes a minute
/// and a half.
@Suite(.serialized, .apart) struct ExplorationTests {
  private static let depth = ProcessInfo.processInfo.environment["EXPLORATION_DEPTH"].flatMap { Int($0) } ?? 6

  /// Ways into the corners, so that what happens there does not cost depth.
  private static let beginnings: [[Exploration.Event]] = [
    // Nothing.
    [],
    // One key holds a token.
    [.on(0, .requested(by: 1)), .on(0, .fetched(1, life: 10))],
    // One whose predecessor was refused.
    [
      .on(0, .requested(by: 1)), .on(0, .fetched(1, life: 10)), .on(0, .refused(1)), .on(0, .requested(by: 1)),
      .on(0, .fetched(2, life: 10)),
    ],
    // A refresh that somebody joined.
    [
      .on(0, .requested(by: 1)), .on(0, .fetched(1, life: 10)), .passing(5), .on(0, .wasRead), .passing(5),
      .on(0, .requested(by: 1)),
    ],
    // A Retry-After, with a token that is due for a refresh and one that is fresh.
    [
      .on(0, .requested(by: 1)), .on(0, .fetched(1, life: 10)), .passing(5), .on(1, .requested(by: 1)),
      .on(1, .fetched(1, life: 10)), .on(0, .wasRead), .on(0, .failed(2, .busy)),
    ],
    // A closed gate, and a fetch that was on its way when it closed.
    [.on(0, .requested(by: 1)), .on(1, .requested(by: 1)), .on(0, .failed(1, .busy))],
    // The same, with a probe.
    [
      .on(0, .requested(by: 1)), .on(1, .requested(by: 1)), .on(0, .failed(1, .busy)), .passing(5),
      .on(0, .requested(by: 1)),
    ],
    // A fetch whose caller ran out of time.
    [.on(0, .requested(by: 1)), .on(0, .ranOutOfTime(1))],
  ]

  @Test(
    "S11, S12: after every sequence of facts two keys and their gate do what SPEC says, and nobody waits in vain",
    arguments: [false, true])
  func everySequence(closesOnOutage: Bool) {
    let clock = ContinuousClock()
    let began = clock.now
    var exploration = Exploration(closesOnOutage: closesOnOutage, beginnings: Self.beginnings)
    exploration.explore(to: Self.depth)
    print(
      "explored: 2 keys, \(Exploration.waiterLimit) waiters, \(Exploration.fetchLimit) fetches a key,",
      closesOnOutage ? "outages close the gate:" : "outages close no gate:",
      "\(exploration.stateCount) states, \(exploration.transitionCount) transitions, \(exploration.stepCount) of them",
      "different for a machine, \(exploration.depth) facts deep\(exploration.isComplete ? ", which is all there is" : "")",
      "from \(Self.beginnings.count) beginnings, in \(clock.now - began)")
    #expect(exploration.fault == nil)
    #expect(exploration.depth == Self.depth || exploration.isComplete)
    #expect(exploration.kinds == Set(Answer.Kind.allCases))
  }
}
