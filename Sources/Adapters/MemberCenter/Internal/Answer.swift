import ServiceTokenDomain

/// Answers, written without the client's encoders.
enum Answer {
  enum Value {
    case text(String)
    case number(Int64)

    fileprivate var json: String {
      switch self {
      case .text(let text): "\"\(text.replacing(#"\"#, with: #"\\"#).replacing("\"", with: #"\""#))\""
      case .number(let number): "\(number)"
      }
    }
  }

  /// A JSON object that no cache may keep (RFC 6749 §5.1). Text in it is printable ASCII.
  static func json(
    _ status: Int, _ members: KeyValuePairs<String, Value>, headers: HTTPHeaders = [:]
  ) -> HTTPResponse {
    var headers = headers
    headers["Content-Type"] = "application/json;charset=UTF-8"
    headers["Cache-Control"] = "no-store"
    let text = "{" + members.map { "\"\($0)\":\($1.json)" }.joined(separator: ",") + "}"
    return HTTPResponse(status: status, headers: headers, body: Array(text.utf8))
  }
}

extension HTTPResponse {
  /// As a transport reads it: no more than `limits` of the body.
  func cut(to limits: HTTPRequest.Limits) -> HTTPResponse {
    let limit = limits.bytes(forStatus: status)
    guard body.count > limit else { return self }
    return HTTPResponse(
      status: status, headers: headers, body: Array(body.prefix(limit)), end: .tooLong, timeToHead: timeToHead)
  }
}
