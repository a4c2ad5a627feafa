#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The variables that a program was started with, or a set that stands in for them.
///
/// Whoever composes a client takes this as an argument, so that tests bring their own variables and the process
/// environment, which all tests share, is left alone. The values may be secrets: no description or mirror shows a name
/// or a value.
///
/// It may be used from any number of threads at once. Only ``process`` comes with a condition, see there.
public struct EnvironmentVariables: Sendable {
  /// Bytes and not text, because an environment need not be UTF-8 and a repaired secret is a wrong one.
  private let lookUp: @Sendable (String) -> [UInt8]?

  /// The environment of this process, read anew for every look.
  ///
  /// C's `getenv` must not run beside `setenv` (POSIX.1-2024): a program that changes its own environment while other
  /// threads run is at fault already, and this does not mend it.
  public static let process = EnvironmentVariables { (name: String) -> [UInt8]? in
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe Array(UnsafeRawBufferPointer(start: value, count: strlen(value)))
  }

  /// Makes an environment of names and values.
  public init(_ variables: [String: String]) {
    self.init(lookUp: { variables[$0] })
  }

  /// Makes an environment that asks `lookUp` for the value of a name, anew for every look.
  public init(lookUp: @escaping @Sendable (String) -> String?) {
    self.init { (name: String) -> [UInt8]? in lookUp(name).map { Array($0.utf8) } }
  }

  private init(bytes lookUp: @escaping @Sendable (String) -> [UInt8]?) {
    self.lookUp = lookUp
  }

  /// The value of the variable `name`, bytes that are not UTF-8 repaired; nil where there is none.
  public subscript(name: String) -> String? {
    bytes(of: name).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The value of the variable `name` as it is.
  func bytes(of name: String) -> [UInt8]? { lookUp(name) }
}

extension EnvironmentVariables: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Always `<redacted>`.
  public var description: String { "<redacted>" }
  /// Always `<redacted>`.
  public var debugDescription: String { "<redacted>" }
  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
