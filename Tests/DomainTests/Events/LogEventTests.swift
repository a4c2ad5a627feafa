import ServiceTokenDomain
import Testing

@Suite struct LogEventTests {
  @Test("Log: every event has its name and level")
  func names() {
    let rows = LogEvent.Name.allCases.map { name in
      let event = LogEvent(name, endpoint: .serviceToken)
      return "\(event.name) \(event.level)"
    }
    #expect(
      rows == [
        "conversion.mc_token.obtained info", "conversion.mc_token.delegated_obtained info",
        "conversion.mc_token.success debug", "conversion.mc_token.endpoint_error warning",
        "conversion.mc_token.network_error warning", "conversion.mc_token.body_read_failed warning",
        "conversion.mc_token.parse_failed warning", "conversion.mc_token.invalid_shape warning",
        "conversion.mc_token.ctx_cancelled warning", "conversion.mc_token.retry_exhausted warning",
        "conversion.mc_token.unexpected_token_type warning", "conversion.mc_token.ambiguous_credentials warning",
      ])
    #expect(LogEvent.Level.allCases.sorted() == [.debug, .info, .warning])
  }

  @Test("S3: the warning about odd credentials names the form in use and the other one, not the credentials")
  func ambiguousCredentials() {
    let event = LogEvent.ambiguousCredentials(.basicRaw, alternative: .basicEncoded)
    #expect(event.shape == "ambiguous_credentials warning endpoint client_auth alternative")
    #expect(event["endpoint"] == .string("service_token"))
    #expect(event["client_auth"] == .string("basic-raw"))
    #expect(event["alternative"] == .string("basic-encoded"))
    #expect(event["missing"] == nil)
  }

  @Test("Log: endpoint comes first, then label, and so on in SPEC's order; a dropped label is left out")
  func fields() throws {
    for (label, word) in [("a b", "label "), (nil, "")] {
      var call = try Call(label: label)
      let failure = TransportFailure(.connect, "refused")
      let endpoint = "endpoint \(word)"
      var shapes = call.lost(failure).shapes
      shapes += call.answered(.init(status: 500)).shapes
      shapes += call.answered(.init(status: 200, brokenOff: failure)).shapes
      call = try Call(label: label)
      shapes += call.answered(.init(status: 200)).shapes + call.cancelled().shapes
      #expect(
        shapes == [
          "network_error warning \(endpoint)attempt duration err",
          "endpoint_error warning \(endpoint)status attempt duration",
          "body_read_failed warning \(endpoint)status err", "retry_exhausted warning \(endpoint)attempts",
          "success debug \(endpoint)status attempt duration", "ctx_cancelled warning \(endpoint)attempt duration",
        ])
    }
  }

  @Test("Log: the fields hold the label, the status, the attempt from 1, and one attempt's duration")
  func values() throws {
    var call = try Call(label: "a b")
    let first = call.answered(.init(status: 502), duration: .milliseconds(1250)).events.first
    #expect(
      first?.fields == [
        .init("endpoint", .string("test")), .init("label", .string("a b")), .init("status", .int(502)),
        .init("attempt", .int(1)), .init("duration", .duration(.milliseconds(1250))),
      ])
    let second = call.lost(TransportFailure(.tls, "expired")).events.first
    #expect(second?["attempt"] == .int(2))
    #expect(second?["err"] == .string("TLS: expired"))
    let last = call.lost(TransportFailure(.tls)).events.last
    #expect(last?["attempts"] == .int(3))
  }

  /// Texts with a cut in each kind of place: limit, text, what is left.
  private static let cuts: [(String, String)] = [
    (String(repeating: "a", count: 100), String(repeating: "a", count: 100)),
    (String(repeating: "a", count: 101), String(repeating: "a", count: 100) + "...(truncated)"),
    (String(repeating: "a", count: 99) + "é", String(repeating: "a", count: 99) + "...(truncated)"),
    (String(repeating: "a", count: 98) + "é", String(repeating: "a", count: 98) + "é"),
    (String(repeating: "測", count: 34), String(repeating: "測", count: 33) + "...(truncated)"),
    (String(repeating: "a", count: 98) + "e\u{301}x", String(repeating: "a", count: 98) + "...(truncated)"),
    (String(repeating: "a", count: 97) + "👨‍👩‍👧", String(repeating: "a", count: 97) + "...(truncated)"),
    ("a" + String(repeating: "\u{301}", count: 60), "...(truncated)"), ("", ""),
  ]

  @Test("Log: the text of a parse failure is cut to 100 bytes on a character boundary", arguments: cuts)
  func parseTexts(text: String, cut: String) throws {
    let step = try Call().machine.rejected(.unparsable(text), status: 200)
    #expect(step.events.first?["err"] == .string(cut))
  }

  @Test("Log: the text of a network or body failure is cut to 200 bytes on a character boundary", arguments: cuts)
  func networkTexts(text: String, cut: String) throws {
    // Kind and colon take the first hundred bytes.
    let kind = TransportFailure.Kind(String(repeating: "k", count: 98))
    let failure = TransportFailure(kind, text)
    let expected = text.isEmpty ? kind.description : "\(kind): \(cut)"
    var call = try Call()
    let events = call.lost(failure).events + call.answered(.init(status: 200, brokenOff: failure)).events
    #expect(events.map { $0["err"] } == [.string(expected), .string(expected)])
  }
}
