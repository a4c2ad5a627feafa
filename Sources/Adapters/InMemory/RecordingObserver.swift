public import ServiceTokenDomain

/// Keeps what a client's observer is told, for a test to look at and to wait for: that a second caller has joined a fetch,
/// that a refresh has ended.
///
/// ```
/// let observer = RecordingObserver()
/// configuration.observer = observer.observe
/// …
/// _ = try await observer.event(.miss, number: 2)  // two callers wait
/// ```
/// It may be used from any number of threads at once.
public final class RecordingObserver: Sendable {
  private let journal = Journal<ClientEvent>()

  /// Makes an observer that was told nothing.
  public init() {}

  /// Keeps `event`.
  public func observe(_ event: ClientEvent) { journal.append(event) }

  /// The events so far, in the order in which they came.
  public var events: [ClientEvent] { journal.entries }

  /// The event with this number, from 1, among those of one kind; waits until it comes.
  ///
  /// - Throws: `CancellationError` when the task is cancelled first, and nothing else.
  public func event(_ kind: ClientEvent.Kind, number: Int = 1) async throws -> ClientEvent {
    precondition(number >= 1, "events are counted from 1")
    return try await journal.entry { $0.lazy.filter { $0.kind == kind }.dropFirst(number - 1).first }
  }
}
