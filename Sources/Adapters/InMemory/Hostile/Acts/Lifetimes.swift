import ServiceTokenDomain

extension HostileServer {
  static let lifetimes: [Act] =
    [
      ("missing", nil), ("null", "null"), ("zero", "0"), ("negative", "-1"), ("tiny", "0.5"), ("huge", "1e400"),
      ("nan", "NaN"), ("infinity", "Infinity"), ("true", "true"), ("text-inf", "\"inf\""), ("text-hex", "\"0x10\""),
      ("text", "\"3600\""), ("exponent", "1e3"), ("fraction", "59.9"), ("400-days", "34560000"),
    ].map { lifetime($0.0, $0.1) }
    + [
      date("garbage", "Sends an `expires_at` that is no date.", "\"tomorrow\""),
      date("number", "Sends a number for `expires_at`.", "1795478400"),
      date("past", "Sends an `expires_at` in the past.", "\"2001-01-01T00:00:00Z\""),
      date("zero", "Sends Go's zero time for `expires_at`.", "\"0001-01-01T00:00:00Z\""),
      date("null", "Sends null for `expires_at`.", "null"),
      date("second-60", "Sends an `expires_at` at second 60.", "\"2026-12-31T23:59:60Z\""),
      date("offset", "Sends an `expires_at` with an offset.", "\"2026-11-24T09:00:00.123456789012+08:00\""),
      Act("no-lifetime", "Sends neither `expires_at` nor `expires_in_seconds`.", at: [.delegatedDownload]) {
        .ok(json: $0.body(lifetime: nil))
      },
      Act("lifetime-negative", "Sends −1 for `expires_in_seconds`, and no `expires_at`.", at: [.delegatedDownload]) {
        .ok(json: $0.body(lifetime: "-1"))
      },
      Act("lifetime-garbage", "Sends text for `expires_in_seconds`.", at: [.delegatedDownload]) {
        .ok(json: $0.body(lifetime: "\"soon\""))
      },
    ]

  private static func lifetime(_ name: String, _ value: String?) -> Act {
    let summary = value.map { "Sends `\($0)` for `expires_in`." } ?? "Sends no `expires_in`."
    return Act("expires-in-\(name)", summary, at: [.serviceToken]) { .ok(json: $0.body(lifetime: value)) }
  }

  private static func date(_ name: String, _ summary: String, _ value: String) -> Act {
    Act("expires-at-\(name)", summary, at: [.delegatedDownload]) { .ok(json: $0.body(date: value)) }
  }
}
