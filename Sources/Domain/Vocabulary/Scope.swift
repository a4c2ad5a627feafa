/// A scope in canonical form: the distinct values of RFC 6749 §3.3, sorted by bytes, one space between (SPEC S9).
///
/// However a caller spells it, the same set of values is the same scope: one cache entry, one request, one spelling in
/// the log.
///
/// ```
/// let scope = try Scope("converter:job.write  converter:job.read")
/// print(scope)  // converter:job.read converter:job.write
/// ```
public struct Scope: Sendable, Hashable, CustomStringConvertible {
  /// The canonical text, as it is sent.
  public let text: String

  /// Reads a list of values with spaces (U+0020 alone) between them.
  ///
  /// - Throws: ``ServiceTokenError/Code/invalidArgument`` where there is no value at all, or a character outside
  ///   RFC 6749's scope-token, `%x21 / %x23-5B / %x5D-7E` (SPEC S1).
  public init(_ text: String) throws {
    try self.init(values: text.utf8.split(separator: 0x20).map { Array($0) })
  }

  /// Takes the values one by one.
  ///
  /// - Throws: ``ServiceTokenError/Code/invalidArgument`` as ``init(_:)`` does; a space within a value is refused too.
  public init(_ values: [String]) throws {
    try self.init(values: values.filter { !$0.isEmpty }.map { Array($0.utf8) })
  }

  private init(values: [[UInt8]]) throws {
    guard !values.isEmpty else {
      throw ServiceTokenError(.invalidArgument, "the scope holds no value")
    }
    guard values.joined().allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }) else {
      throw ServiceTokenError(
        .invalidArgument, "the scope holds a character that RFC 6749 section 3.3 does not allow in one")
    }
    let sorted = values.sorted { $0.lexicographicallyPrecedes($1) }
    var distinct: [[UInt8]] = []
    for value in sorted where value != distinct.last { distinct.append(value) }
    text = String(decoding: Array(distinct.joined(separator: [0x20])), as: UTF8.self)
  }

  /// The values, sorted.
  public var values: [String] { text.split(separator: " ").map(String.init) }

  /// The canonical text.
  public var description: String { text }
}
