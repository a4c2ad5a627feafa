public import ServiceTokenDomain
public import ServiceTokenPorts

/// A logger that keeps every event, of any level, for a test to look at.
///
/// It may be used from any number of threads at once.
public final class RecordingLogger: Ports.Logger {
  private let journal = Journal<LogEvent>()

  /// Makes a logger without events.
  public init() {}

  /// Keeps `event`.
  public func log(_ event: LogEvent) { journal.append(event) }

  /// The events so far, in the order in which they came.
  public var events: [LogEvent] { journal.entries }

  /// The events so far of one whole name, such as `conversion.mc_token.obtained`.
  public func events(named name: String) -> [LogEvent] { events.filter { $0.name == name } }

  /// The events so far of one of this package's names.
  public func events(_ name: LogEvent.Name) -> [LogEvent] { events(named: name.whole) }

  /// This package's names of the events so far, in the order in which they came: what a test that asserts what was
  /// logged mostly asks for. Events of an endpoint kind's own are left out.
  public var names: [LogEvent.Name] {
    events.compactMap { event in LogEvent.Name.allCases.first { $0.whole == event.name } }
  }

  /// The event with this number, from 1, among those of one of this package's names; waits until it comes.
  ///
  /// - Throws: `CancellationError` when the task is cancelled first, and nothing else.
  public func event(_ name: LogEvent.Name, number: Int = 1) async throws -> LogEvent {
    try await event(number, named: name.whole)
  }

  /// The event with this number, from 1, among those of one whole name; waits until it comes.
  ///
  /// - Throws: `CancellationError` when the task is cancelled first, and nothing else.
  public func event(_ number: Int = 1, named name: String) async throws -> LogEvent {
    precondition(number >= 1, "events are counted from 1")
    return try await journal.entry { $0.lazy.filter { $0.name == name }.dropFirst(number - 1).first }
  }

  /// Forgets the events so far.
  public func removeAll() { journal.removeAll() }
}
