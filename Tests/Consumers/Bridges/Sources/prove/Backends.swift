import Logging
import Metrics
import Synchronization

/// What a log backend was told.
final class Lines: Sendable {
  struct Line {
    var message: String
    var metadata: [String: String]
  }

  private let lines = Mutex<[Line]>([])
  var all: [Line] { lines.withLock { $0 } }
  func append(_ line: Line) { lines.withLock { $0.append(line) } }
}

/// A log backend that keeps what it is told.
struct Handler: LogHandler {
  let lines: Lines
  var logLevel = Logger.Level.trace
  var metadata: Logger.Metadata = [:]

  init(lines: Lines) { self.lines = lines }

  subscript(metadataKey key: String) -> Logger.MetadataValue? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: Logging.LogEvent) {
    let metadata = (event.metadata ?? [:]).compactMapValues { value in
      if case .string(let text) = value { text } else { nil }
    }
    lines.append(.init(message: "\(event.level) \(event.message)", metadata: metadata))
  }
}

/// A metrics backend that keeps the sums of counters and timers, and the last value of each meter.
final class Numbers: MetricsFactory {
  private let numbers = Mutex<[String: Int64]>([:])
  var all: [String: Int64] { numbers.withLock { $0 } }

  final class One: CounterHandler, MeterHandler, RecorderHandler, TimerHandler {
    private let change: @Sendable ((Int64) -> Int64) -> Void
    init(_ change: @escaping @Sendable ((Int64) -> Int64) -> Void) { self.change = change }

    func increment(by amount: Int64) { change { $0 + amount } }
    func recordNanoseconds(_ duration: Int64) { change { $0 + duration } }
    func set(_ value: Int64) { change { _ in value } }
    func set(_ value: Double) { set(Int64(value)) }
    func increment(by amount: Double) { increment(by: Int64(amount)) }
    func decrement(by amount: Double) { increment(by: -amount) }
    func record(_ value: Int64) { set(value) }
    func record(_ value: Double) { set(value) }
    func reset() { set(Int64(0)) }
  }

  private func one(_ label: String, _ dimensions: [(String, String)]) -> One {
    let name = ([label] + dimensions.map { "\($0)=\($1)" }).joined(separator: " ")
    return One { change in self.numbers.withLock { $0[name] = change($0[name] ?? 0) } }
  }

  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler { one(label, dimensions) }
  func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler { one(label, dimensions) }
  func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    one(label, dimensions)
  }
  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler { one(label, dimensions) }
  func destroyCounter(_ handler: any CounterHandler) {}
  func destroyMeter(_ handler: any MeterHandler) {}
  func destroyRecorder(_ handler: any RecorderHandler) {}
  func destroyTimer(_ handler: any TimerHandler) {}
}
