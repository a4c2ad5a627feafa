/// The URL to which a backend redirects a browser, so that it fetches a file directly (SPEC §8):
/// `https://{FAA host}/files/{object key}?access_token={token}`.
///
/// It holds a token and is therefore a secret: it shows in no description. ``expose()`` gives the text for the
/// `Location` header.
public struct DownloadURL: Sendable, Equatable {
  private let text: Secret

  /// Builds the URL.
  ///
  /// - Parameters:
  ///   - base: the File Access API, such as `https://files.example`.
  ///   - objectKey: the object's key; percent-encoded segment by segment.
  ///   - token: the delegated download token for that object.
  /// - Throws: ``ServiceTokenError/Code/invalidArgument`` for a key with an empty, `.` or `..` segment: on its way to
  ///   the server somebody would resolve it to another object.
  public init(base: BaseURL, objectKey: String, token: DownloadToken) throws {
    let segments = objectKey.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .map { String($0) ?? "" }
    guard !segments.contains(where: { ["", ".", ".."].contains($0) }) else {
      throw ServiceTokenError(
        .invalidArgument, "the object key holds an empty, '.' or '..' segment, which no URL carries safely")
    }
    let path = segments.map { Wire.Percent.encode($0) }.joined(separator: "/")
    text = Secret("\(base.text)/files/\(path)?access_token=\(Wire.Percent.encode(token.value.expose()))")
  }

  /// The URL, token and all. Whoever calls this answers for where it goes.
  public func expose() -> String { text.expose() }
}
