/// The name of an endpoint kind, as logs and errors show it: `service_token`, `delegated_download`, or one of your own.
///
/// Use lower-case words with underscores; the name becomes a field in every log event and, in metrics, a label.
public struct EndpointName: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
  /// The name as text.
  public let text: String

  /// Makes a name.
  public init(_ text: String) { self.text = text }

  /// Makes a name.
  public init(stringLiteral text: String) { self.text = text }

  /// The name as text.
  public var description: String { text }

  /// `POST {issuer}/oauth/token`, SPEC §3.
  public static let serviceToken: EndpointName = "service_token"
  /// `POST {issuer}/file-access/download-tokens`, SPEC §4.
  public static let delegatedDownload: EndpointName = "delegated_download"
}
