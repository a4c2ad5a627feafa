// As much of swift-log's API as a bridge and a handler touch, with its names and shapes and nothing of its code.

package protocol LogHandler: Sendable {
  func log(event: LogEvent)
  subscript(metadataKey key: String) -> Logger.MetadataValue? { get set }
  var metadata: Logger.Metadata { get set }
  var logLevel: Logger.Level { get set }
}

/// Called so there too: a file that imports both packages must say which one it means.
package struct LogEvent: Sendable {
  package var level: Logger.Level
  package var message: Logger.Message
  package var metadata: Logger.Metadata?
  package var source: String
}

package struct Logger: Sendable {
  package enum Level: String, Sendable, Comparable, CaseIterable {
    case trace, debug, info, notice, warning, error, critical

    package static func < (lhs: Level, rhs: Level) -> Bool {
      allCases.firstIndex(of: lhs)! < allCases.firstIndex(of: rhs)!
    }
  }

  package struct Message: Sendable, ExpressibleByStringInterpolation, CustomStringConvertible {
    package var description: String
    package init(stringLiteral text: String) { description = text }
  }

  package enum MetadataValue: Sendable, ExpressibleByStringInterpolation {
    case string(String)
    package init(stringLiteral text: String) { self = .string(text) }
  }

  package typealias Metadata = [String: MetadataValue]

  package var handler: any LogHandler

  package init(label: String, factory: (String) -> any LogHandler) { handler = factory(label) }

  package func log(
    level: Level, _ message: @autoclosure () -> Message, metadata: @autoclosure () -> Metadata? = nil,
    source: @autoclosure () -> String? = nil
  ) {
    guard level >= handler.logLevel else { return }
    handler.log(event: LogEvent(level: level, message: message(), metadata: metadata(), source: source() ?? ""))
  }
}
