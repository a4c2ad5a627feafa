import ServiceTokenDomain

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A value with the name by which whoever configured it knows it: a variable, a parameter.
struct Setting<Value: Sendable>: Sendable {
  let name: String
  let value: Value

  /// What to throw where the value cannot be used. Errors show the name and never the value: a secret in the wrong
  /// variable is a common mistake.
  func refused(_ reason: String) -> ServiceTokenError {
    ServiceTokenError(.invalidConfiguration, "\(name): \(reason)")
  }
}

extension Setting<String> {
  /// The path of a file that can be read now. Found out here, because TLS would call it an unavailable server.
  func readableFile() throws -> String {
    guard !value.isEmpty, unsafe access(value, R_OK) == 0 else { throw refused("no file there that can be read") }
    return value
  }
}
