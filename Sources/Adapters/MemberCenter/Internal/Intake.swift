import ServiceTokenDomain

/// What is the same at every desk.
enum Intake {
  static func check(_ request: HTTPRequest, takes mediaType: String) throws(Refusal) {
    guard request.method == "POST" else { throw Refusal(405, "method_not_allowed", headers: ["Allow": "POST"]) }
    for name in ["Content-Type", "Accept", "Authorization"] where request.headers.values(of: name).count > 1 {
      throw Refusal(400, "invalid_request")
    }
    guard let contentType = request.headers["Content-Type"], essence(of: contentType) == mediaType else {
      throw Refusal(400, "invalid_request")
    }
    // A server may guess where Accept is missing (RFC 9110 §12.5.1). SPEC S2 and D3 want it said.
    let accepted = (request.headers["Accept"] ?? "").split(separator: ",").map { essence(of: String($0)) }
    guard accepted.contains(where: ["application/json", "application/*", "*/*"].contains) else {
      throw Refusal(406, "not_acceptable")
    }
  }

  /// The part of an `Authorization` header after `scheme`; nil for any other scheme.
  static func credentials(of request: HTTPRequest, scheme: String) -> Substring? {
    guard let value = request.headers["Authorization"], let blank = value.firstIndex(of: " "),
      value[..<blank].lowercased() == scheme
    else { return nil }
    return value[blank...].drop { $0 == " " }
  }

  /// A media type without parameters, in lower case.
  private static func essence(of field: String) -> String {
    field.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
  }
}
