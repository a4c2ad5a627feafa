import Logging
import ServiceTokenDomain
import ServiceTokenPorts

/// The client's events as messages of swift-log: the name is the message, the fields are its metadata.
package struct SwiftLogBridge: Ports.Logger {
  private let logger: Logging.Logger
  package init(_ logger: Logging.Logger) { self.logger = logger }

  package func log(_ event: ServiceTokenDomain.LogEvent) {
    logger.log(
      level: .init(event.level), "\(event.name)",
      metadata: .init(event.fields.map { ($0.name, .string("\($0.value)")) }, uniquingKeysWith: { first, _ in first }),
      source: "ServiceTokens")
  }
}

extension Logging.Logger.Level {
  fileprivate init(_ level: ServiceTokenDomain.LogEvent.Level) {
    self =
      switch level {
      case .debug: .debug
      case .info: .info
      case .warning: .warning
      }
  }
}
