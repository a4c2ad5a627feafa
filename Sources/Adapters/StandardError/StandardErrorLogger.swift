public import ServiceTokenDomain
public import ServiceTokenPorts

/// Writes events to standard error, each as one line by one `write(2)`, so that lines of several threads, or of several
/// processes on one pipe, do not run into each other (POSIX promises that for up to `PIPE_BUF` bytes, 4096 on Linux).
///
/// As text, for people:
/// ```
/// 2026-11-24T00:00:00Z warning conversion.mc_token.endpoint_error endpoint=service_token label="a b" status=503
/// ```
/// As JSON lines, for machines; durations are whole nanoseconds (SPEC §7):
/// ```
/// {"time":"2026-11-24T00:00:00Z","level":"info","event":"conversion.mc_token.obtained","endpoint":"service_token"}
/// ```
/// In both, whatever could break or forge a line, or make it read otherwise than it is (control and format characters
/// such as the bidirectional ones, and Unicode's line separators), is escaped as JSON escapes it.
///
/// What cannot be written is dropped: a closed or full standard error never fails a fetch. A program that does not
/// ignore `SIGPIPE` ends by it when the reader of its standard error goes, as it would by any other write. Where
/// standard error blocks, so does the caller.
///
/// It may be used from any number of threads at once.
public struct StandardErrorLogger: Ports.Logger {
  /// How a line looks.
  public enum Format: Sendable, Hashable {
    /// `time level event name=value …`, with a value in quotes where it would be ambiguous without.
    case text
    /// One JSON object for each line (RFC 8259), its fields in the event's order after `time`, `level` and `event`.
    case json
  }

  private let format: Format
  private let minimumLevel: LogEvent.Level
  private let clock: (any Ports.Clock)?
  private let sink: @Sendable ([UInt8]) -> Void

  /// Makes a logger.
  ///
  /// - Parameters:
  ///   - format: how a line looks.
  ///   - minimumLevel: the lowest level that is written.
  ///   - clock: tells the time of an event by its wall part; without one, lines have no time, which suits a supervisor
  ///     that adds its own.
  public init(
    format: Format = .text, minimumLevel: LogEvent.Level = .info, clock: (any Ports.Clock)? = nil
  ) {
    self.init(format: format, minimumLevel: minimumLevel, clock: clock, sink: StandardError.write)
  }

  /// Makes a logger that gives each line, its newline included, to `sink`.
  init(
    format: Format, minimumLevel: LogEvent.Level = .info, clock: (any Ports.Clock)? = nil,
    sink: @escaping @Sendable ([UInt8]) -> Void
  ) {
    self.format = format
    self.minimumLevel = minimumLevel
    self.clock = clock
    self.sink = sink
  }

  /// Writes `event` if it is of ``init(format:minimumLevel:clock:)``'s level or above.
  public func log(_ event: LogEvent) {
    guard event.level >= minimumLevel else { return }
    let line = Line(time: clock?.now().date, event: event)
    sink(Array((format == .json ? line.json : line.text).utf8))
  }
}
