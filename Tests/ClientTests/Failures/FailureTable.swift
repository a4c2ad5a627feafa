import Foundation
import ServiceTokenDomain
import TestSupport
import Testing

/// What comes of one act, in the words of Docs/Failures.md.
struct Failing: Equatable, Sendable {
  /// `a token`, or the error's code with its status and the time to wait.
  var caller: String
  /// The names of the events, without their prefix.
  var log: String
  /// How many requests reached the server.
  var requests: String
  /// `at once`, or the attempts that run out of their time and the waits between attempts.
  var ends: String

  /// How many attempts run out of their 10 s.
  var timeOuts: Int { ends.firstMatch(of: /(\d) × 10 s/).flatMap { Int($0.output.1) } ?? 0 }

  /// The same, as the download endpoint says it.
  var atDownload: Failing {
    var other = self
    for (code, download) in [
      ("idp_unavailable", "mc_token_unavailable"), ("idp_misconfigured", "download_token_failed"),
    ] {
      other.caller = other.caller.replacing(code, with: download)
    }
    other.log = log.replacing(/\bobtained/, with: "delegated_obtained")
    return other
  }
}

/// A row of the tables of Docs/Failures.md.
struct FailureRow: Sendable, CustomTestStringConvertible {
  let act: String
  let summary: String
  let failing: Failing
  /// What URLSession on Linux makes of it, where that differs; nil where it is left out.
  let urlSession: Failing?

  var testDescription: String { act }

  /// What is to be expected of `transport`; nil where the act is left out.
  func failing(over transport: Transport) -> Failing? {
    #if os(Linux)
      if transport == .urlSession { return urlSession }
    #endif
    return failing
  }

  /// Every row of the page.
  static let all: [FailureRow] = {
    let page = URL(filePath: #filePath).appending(path: "../../../../Docs/Failures.md").standardized
    let text = (try? String(contentsOf: page, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { $0.hasPrefix("| `") }.compactMap { FailureRow($0) }
  }()

  private init?(_ line: Substring) {
    let cells = line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    guard cells.count == 7 else { return nil }
    // Of a row itself the backquotes are for the reader's eye; a summary has some of its own.
    let plain = cells.map { $0.replacing("`", with: "") }
    act = plain[0]
    summary = cells[1]
    failing = Failing(caller: plain[2], log: plain[3], requests: plain[4], ends: plain[5])
    let parts = plain[6].components(separatedBy: " · ")
    if plain[6].hasPrefix("left out") {
      urlSession = nil
    } else if parts.count == 4 {
      urlSession = Failing(caller: parts[0], log: parts[1], requests: parts[2], ends: parts[3])
    } else {
      urlSession = failing
    }
  }
}
