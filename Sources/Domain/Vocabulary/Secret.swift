/// A value that must not be seen: a client secret, a token, a URL with a token in it.
///
/// It cannot be printed, interpolated, dumped, mirrored or encoded by accident: every description is `<redacted>`, its
/// mirror has no children, and it is not `Encodable`. The only ways out are ``expose()`` and
/// ``withExposedBytes(_:)``, so a reviewer finds each use by searching for "expose".
///
/// Comparing takes the same time wherever two values of one length differ. The bytes are overwritten when the last copy
/// goes; strings made by ``expose()`` are ordinary strings and are not.
public struct Secret: Sendable, Equatable {
  private let storage: Storage

  /// Keeps the UTF-8 of `text`.
  public init(_ text: String) {
    storage = Storage(Array(text.utf8))
  }

  /// Keeps `bytes`.
  public init(_ bytes: some Sequence<UInt8>) {
    storage = Storage(Array(bytes))
  }

  /// Whether there is nothing to hide.
  public var isEmpty: Bool { storage.bytes.isEmpty }

  /// How many bytes are hidden; a length may be logged (SPEC §7, `token_len`).
  public var count: Int { storage.bytes.count }

  /// The value as text, bytes that are not UTF-8 repaired. Whoever calls this answers for where the text goes.
  public func expose() -> String {
    String(decoding: storage.bytes, as: UTF8.self)
  }

  /// The value as bytes, for the time of `body`. Whoever calls this answers for where the bytes go.
  ///
  /// - Throws: what `body` throws.
  public func withExposedBytes<Result, Failure: Error>(
    _ body: ([UInt8]) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(storage.bytes)
  }

  /// Whether both hide the same bytes, in a time that depends on their length only.
  public static func == (lhs: Secret, rhs: Secret) -> Bool {
    let (left, right) = (lhs.storage.bytes, rhs.storage.bytes)
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in left.indices { difference |= left[index] ^ right[index] }
    return difference == 0
  }

  private final class Storage: Sendable {
    // Written once more, in deinit, when nobody else can hold a reference.
    nonisolated(unsafe) private var stored: [UInt8]

    var bytes: [UInt8] { unsafe stored }

    init(_ bytes: [UInt8]) { unsafe stored = bytes }

    deinit {
      for index in unsafe stored.indices { unsafe stored[index] = 0 }
      keep(unsafe stored)
    }
  }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Always `<redacted>`.
  public var description: String { "<redacted>" }
  /// Always `<redacted>`.
  public var debugDescription: String { "<redacted>" }
  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}

/// Keeps the optimizer from dropping the writes before it.
@inline(never)
private func keep(_ bytes: [UInt8]) {}
