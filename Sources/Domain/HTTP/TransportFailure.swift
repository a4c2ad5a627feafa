/// Why a transport got no answer, or not the whole of it.
///
/// ``text`` goes into the log (SPEC §7, `err`) and into error texts: it names what failed in the transport's own words
/// and never holds anything that the server sent, a header, a body or a secret.
public struct TransportFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// What failed. An open set: a transport may define kinds of its own, all of them are retried (SPEC R2).
  public struct Kind: Sendable, Hashable, CustomStringConvertible {
    /// The kind in a few words, as texts show it.
    public let description: String

    /// Makes a kind of your own.
    public init(_ description: String) { self.description = description }

    /// The host's name has no address.
    public static let nameResolution = Kind("name resolution")
    /// No connection: refused, unreachable, or the proxy failed.
    public static let connect = Kind("connect")
    /// The TLS handshake failed: a certificate, a name, a version.
    public static let tls = Kind("TLS")
    /// The attempt's time ran out.
    public static let timeOut = Kind("time-out")
    /// The connection ended before the answer did.
    public static let brokenOff = Kind("connection broken off")
    /// What came is not HTTP.
    public static let malformed = Kind("malformed answer")
    /// Anything else.
    public static let other = Kind("transport")
  }

  /// What failed.
  public var kind: Kind
  /// More about it, safe to show; may be empty.
  public var text: String

  /// Makes a failure.
  ///
  /// - Parameters:
  ///   - kind: what failed.
  ///   - text: more about it. It is logged: nothing from the server, no header, body or secret.
  public init(_ kind: Kind, _ text: String = "") {
    self.kind = kind
    self.text = text
  }

  /// Takes what a transport threw. An error that is no failure of ours shows its type alone: its text may hold anything.
  public init(wrapping error: any Error) {
    self = error as? TransportFailure ?? TransportFailure(.other, "an error of type \(type(of: error))")
  }

  /// Kind and text.
  public var description: String { text.isEmpty ? kind.description : "\(kind.description): \(text)" }
}
