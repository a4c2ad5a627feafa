import ServiceTokenDomain

extension Reading {
  /// A moment whose clocks differ, so that a mistaken one shows.
  static let start = Reading(monotonic: 7_000_000_000, wall: 1_700_000_000_000_000_000)

  func after(_ seconds: Int64) -> Reading { advanced(by: .seconds(seconds)) }
}

extension EndpointAnswer {
  static func of(_ body: String, status: Int = 200, sentAt: Reading = .start) -> EndpointAnswer {
    EndpointAnswer(response: HTTPResponse(status: status, body: Array(body.utf8)), sentAt: sentAt)
  }
}

extension LogEvent {
  /// Name without its prefix, level, and the names of the fields in order.
  var shape: String {
    "\(name.dropFirst("conversion.mc_token.".count)) \(level) \(fields.map(\.name).joined(separator: " "))"
  }
}

extension TokenRequest {
  static func of(_ scope: String) throws -> TokenRequest { TokenRequest(scope: try Scope(scope)) }
}
