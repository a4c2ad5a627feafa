// As much of swift-metrics' API as a bridge and a backend touch, with its names and shapes and nothing of its code.

package protocol CounterHandler: AnyObject, Sendable {
  func increment(by amount: Int64)
  func reset()
}

package protocol RecorderHandler: AnyObject, Sendable {
  func record(_ value: Int64)
  func record(_ value: Double)
}

package protocol MeterHandler: AnyObject, Sendable {
  func set(_ value: Int64)
  func set(_ value: Double)
  func increment(by amount: Double)
  func decrement(by amount: Double)
}

package protocol TimerHandler: AnyObject, Sendable {
  func recordNanoseconds(_ duration: Int64)
}

package protocol MetricsFactory: Sendable {
  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler
  func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler
  func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler
  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler
  func destroyCounter(_ handler: any CounterHandler)
  func destroyMeter(_ handler: any MeterHandler)
  func destroyRecorder(_ handler: any RecorderHandler)
  func destroyTimer(_ handler: any TimerHandler)
}

package enum MetricsSystem {
  // Set once, before anything is counted.
  nonisolated(unsafe) private static var current: (any MetricsFactory)?
  package static func bootstrap(_ factory: any MetricsFactory) { current = factory }
  package static var factory: any MetricsFactory { current! }
}

package final class Counter {
  private let handler: any CounterHandler

  package init(label: String, dimensions: [(String, String)] = []) {
    handler = MetricsSystem.factory.makeCounter(label: label, dimensions: dimensions)
  }

  package func increment() { handler.increment(by: 1) }
}

package final class Meter {
  private let handler: any MeterHandler

  package init(label: String, dimensions: [(String, String)] = []) {
    handler = MetricsSystem.factory.makeMeter(label: label, dimensions: dimensions)
  }

  package func set<Number: BinaryInteger>(_ value: Number) { handler.set(Int64(value)) }
}

package final class Timer {
  private let handler: any TimerHandler

  package init(label: String, dimensions: [(String, String)] = []) {
    handler = MetricsSystem.factory.makeTimer(label: label, dimensions: dimensions)
  }

  package func record(duration: Duration) { handler.recordNanoseconds(Int64(duration / .nanoseconds(1))) }
}
