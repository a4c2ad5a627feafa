public import ServiceTokenDomain

extension Ports {
  /// Takes structured events: the log, and whatever else is fed from it.
  ///
  /// ## What an implementer owes
  /// - ``log(_:)`` returns quickly and does not call back into the client. It is never called on a read of a fresh
  ///   token, and never under a lock.
  /// - It shows every field as it is, or leaves it out; control characters in a value must not break a line or forge one.
  /// - It does not fail. What cannot be written is dropped.
  /// - Which levels to keep is its own decision.
  /// - Calls may come from any number of threads at once.
  ///
  /// No event holds a token, a secret, a header or a body, so there is nothing to redact. An object key is a user's
  /// data: the client's configuration says whether events show it.
  ///
  /// ## To fake it
  /// `ServiceTokenInMemory.RecordingLogger` keeps the events for a test to look at.
  public protocol Logger: Sendable {
    /// Takes one event.
    func log(_ event: LogEvent)
  }
}
