/// Holds an implementation of a port to what the port's documentation says an implementer owes.
///
/// Each suite returns what it found, nothing if all is well, and knows no test framework:
/// ```
/// @Test func myClockKeepsItsPromises() async {
///   #expect(await Conformance.check(clock: MyClock()) == [])
/// }
/// ```
/// A suite finds faults, it proves nothing: what depends on chance, such as a race, may take many runs to show.
public enum Conformance {}

/// One promise of a port that an implementation did not keep.
public struct Finding: Sendable, Hashable, CustomStringConvertible {
  /// What the port promises.
  public let promise: String
  /// What was seen instead. It holds no secret.
  public let problem: String

  /// Makes a finding.
  public init(promise: String, problem: String) {
    self.promise = promise
    self.problem = problem
  }

  /// Both, in one line.
  public var description: String { "\(promise): \(problem)" }
}
