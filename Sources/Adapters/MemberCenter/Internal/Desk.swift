import ServiceTokenDomain

/// One endpoint of the server.
protocol Desk: Sendable {
  var endpoint: EndpointName { get }
  /// The path below the issuer.
  var path: String { get }
  /// What a body must be.
  var mediaType: String { get }

  /// Answers a request that came by the right method and with the right media types.
  func answer(_ request: HTTPRequest, _ ledger: inout Ledger, at now: Reading) throws(Refusal) -> HTTPResponse
}

/// Why a request is not answered as it hoped: the answer that it gets instead.
struct Refusal: Error {
  let response: HTTPResponse

  init(_ status: Int, _ code: String, headers: HTTPHeaders = [:]) {
    response = Answer.json(status, ["error": .text(code)], headers: headers)
  }
}
