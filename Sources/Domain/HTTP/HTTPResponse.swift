/// What a transport brings back once it has the head of an answer.
///
/// From the head on nothing is thrown: a body that breaks off or is too long is an answer too, because a status that is
/// not 2xx decides whatever became of its body (SPEC R5). No description shows header values or the body.
public struct HTTPResponse: Sendable, Equatable {
  /// How the body ended.
  public enum End: Sendable, Equatable {
    /// As its framing said.
    case complete
    /// It is longer than the request's ``HTTPRequest/Limits``; ``HTTPResponse/body`` is what was read up to there.
    case tooLong
    /// The connection or the time ended first; ``HTTPResponse/body`` is what had come.
    case brokenOff(TransportFailure)
  }

  /// The status, 200 to 599 of a sane server. An interim 1xx never comes here.
  public var status: Int
  /// The header fields.
  public var headers: HTTPHeaders
  /// The body, with any content coding undone.
  public var body: [UInt8]
  /// How the body ended.
  public var end: End
  /// The time from sending the request to the head of its answer, where the transport knows it.
  public var timeToHead: Duration?

  /// Makes an answer.
  public init(
    status: Int, headers: HTTPHeaders = [:], body: [UInt8] = [], end: End = .complete, timeToHead: Duration? = nil
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.end = end
    self.timeToHead = timeToHead
  }
}

extension HTTPResponse: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Status, names of the header fields and length of the body.
  public var description: String {
    "\(status) [\(headers.map(\.name).joined(separator: ", "))] \(body.count) bytes"
  }
  /// The same as ``description``.
  public var debugDescription: String { description }
  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
