import ServiceTokens

/// What the two sides have counted.
struct Totals: Equatable {
  var hits: UInt64
  var misses: UInt64
  var tokenRequests: Int
  var tokensIssued: Int

  /// The last line of what the command prints with `--json`.
  var json: Wire.JSON {
    [
      "event": .string("totals"), "hits": .integer(Int64(hits)), "misses": .integer(Int64(misses)),
      "token_requests": .integer(Int64(tokenRequests)), "tokens_issued": .integer(Int64(tokensIssued)),
    ]
  }
}
