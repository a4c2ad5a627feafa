/// One HTTP request, complete: a transport sends just this and adds nothing but what the protocol needs (`Host`,
/// `Content-Length`, and a `User-Agent` if it likes).
///
/// Its header fields and body hold credentials, so no description shows them.
public struct HTTPRequest: Sendable, Equatable {
  /// The method, upper case, such as `POST`.
  public var method: String
  /// The absolute URL: `https`, or `http` where the configuration allows it. It holds no user-info and no secret.
  public var url: String
  /// The header fields in the order in which they were set.
  public var headers: HTTPHeaders
  /// The body; empty for none.
  public var body: [UInt8]
  /// How much of an answer is read at most.
  public var limits: Limits

  /// How many bytes of a body a transport reads at most, SPEC S4 and R5. It counts them as they are after any content
  /// coding was undone, and stops reading there: the answer then ends in ``HTTPResponse/End/tooLong``.
  public struct Limits: Sendable, Hashable {
    /// For an answer with a status of 200 to 299.
    public var success: Int
    /// For any other.
    public var failure: Int

    /// Makes limits, in bytes.
    public init(success: Int = 1_048_576, failure: Int = 16_384) {
      self.success = success
      self.failure = failure
    }

    /// The limit for an answer with `status`, in bytes.
    public func bytes(forStatus status: Int) -> Int { 200..<300 ~= status ? success : failure }
  }

  /// Makes a request.
  public init(
    method: String, url: String, headers: HTTPHeaders = [:], body: [UInt8] = [], limits: Limits = Limits()
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.limits = limits
  }
}

extension HTTPRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Method, URL, names of the header fields and length of the body.
  public var description: String {
    "\(method) \(url) [\(headers.map(\.name).joined(separator: ", "))] \(body.count) bytes"
  }
  /// The same as ``description``.
  public var debugDescription: String { description }
  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
