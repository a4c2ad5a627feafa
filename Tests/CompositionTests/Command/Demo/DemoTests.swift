import Foundation
import ServiceTokenInMemory
import ServiceTokens
import Testing

@testable import service_token

@Suite("Command: demo", .timeLimit(.minutes(1)))
struct DemoTests {
  @Test("Command: the demo's events are these, each so often and at this millisecond, whatever the threads do")
  func events() async throws {
    let stage = try Stage()
    var seen: [String] = []
    for scene in Scene.all {
      try await stage.play(scene) { moment in
        seen += moment.sights.map { "\(moment.at.wholeMilliseconds) \($0.inWords)" }
      }
    }
    #expect(
      seen == [
        "0 100 asked service_token",
        "0 100 miss service_token",
        "0 1 sent service_token",
        "40 1 answered service_token 200",
        "40 1 fetched service_token in 40",
        "40 100 waited service_token in 40",
        "40 100 served service_token",
        "1800000 100 asked service_token",
        "1800000 100 hit service_token",
        "1800000 100 served service_token",
        "3300000 100 asked service_token",
        "3300000 100 hit service_token",
        "3300000 100 served service_token",
        "3300000 1 sent service_token",
        "3300040 1 answered service_token 200",
        "3300040 1 refreshed service_token in 40",
        "3360000 100 asked service_token",
        "3360000 100 miss service_token",
        "3360000 1 sent service_token",
        "3360040 1 answered service_token 503",
        "3360040 1 backed_off service_token in 1000",
        "3361040 1 sent service_token",
        "3361080 1 answered service_token 200",
        "3361080 1 fetched service_token in 1080",
        "3361080 100 waited service_token in 1080",
        "3361080 100 served service_token",
        "3420000 1 revoked service_token",
        "3420000 100 asked delegated_download",
        "3420000 100 hit service_token",
        "3420000 100 sent delegated_download",
        "3420040 100 answered delegated_download 401",
        "3420040 1 invalidated service_token",
        "3420040 100 miss service_token",
        "3420040 1 sent service_token",
        "3420080 1 answered service_token 200",
        "3420080 1 fetched service_token in 40",
        "3420080 100 waited service_token in 40",
        "3420080 100 sent delegated_download",
        "3420120 100 answered delegated_download 200",
        "3420120 100 served delegated_download",
      ])
    #expect(stage.totals == Totals(hits: 300, misses: 300, tokenRequests: 5, tokensIssued: 4))
  }

  @Test("Command: --json prints each event as an object on a line, and the counts of both sides at the end")
  func json() async throws {
    let run = await CommandRun("demo", "--json")
    #expect(run.code == .done && run.errors.isEmpty)
    let objects = try run.output.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
    #expect(objects.count == 41)
    #expect(objects.dropLast().allSatisfy { $0["at_ms"] is Int && $0["scene"] is String && $0["count"] is Int })
    let refused = objects.filter { $0["status"] as? Int == 401 }
    #expect(refused.map { $0["endpoint"] as? String } == ["delegated_download"])
    #expect(refused.map { $0["scene"] as? String } == ["recovered"])
    let last = try #require(objects.last)
    #expect(last["event"] as? String == "totals" && last["token_requests"] as? Int == 5)
  }

  @Test("Command: into a pipe the demo is the page's picture, without a pause or a colour")
  func picture() async throws {
    let run = await CommandRun(["demo"], clock: StoppedClock())
    #expect(run.code == .done && run.errors.isEmpty)
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let page = try String(contentsOf: root.appending(path: "Docs/Demo.md"), encoding: .utf8)
    #expect(page.contains("```text\n\(run.output)```\n"), "Docs/Demo.md shows another picture")
  }

  @Test("Command: no line of the demo is wider than 80 columns, and every lifeline stands in its column")
  func width() async {
    for line in await CommandRun("demo").output.split(separator: "\n") {
      let columns = Array(line)
      #expect(columns.count <= 80, "\(line)")
      guard columns.count > 70, "│├".contains(columns[15]) else { continue }
      #expect("│├┤".contains(columns[43]) && "│┤".contains(columns[75]) && columns.count == 76, "\(line)")
    }
  }

  @Test(
    "Command: before people the demo has colours, but not where they are unwanted",
    arguments: [([:], true), (["NO_COLOR": "1"], false), (["NO_COLOR": ""], true), (["TERM": "dumb"], false)])
  func colours(variables: [String: String], isColoured: Bool) async {
    let plain = await CommandRun("demo").output
    let run = await CommandRun(["demo"], changes: variables, onTerminal: true)
    #expect(run.output.contains("\u{1B}") == isColoured)
    #expect(run.output.replacing(/\u{1B}\[[0-9]+m/, with: "") == plain)
    // Wherever it is broken off after a line, no colour is left over.
    for line in run.output.split(separator: "\n") { #expect(line.isPlainAtEnd, "\(line)") }
  }

  @Test("Command: Ctrl-C ends the demo in the middle of a scene, at the end of a line")
  func interrupted() async {
    let run = await CommandRun(["demo"], onTerminal: true, clock: StoppedClock(after: 12))
    #expect(run.code == .interrupted)
    #expect(run.errors == "service-token: interrupted\n")
    #expect(run.output.hasSuffix("\n") && run.output.contains("A hundred callers"))
    #expect(!run.output.contains("revoked"))
  }

  @Test("Command: a reader that goes away ends the demo quietly")
  func closedPipe() async {
    let run = await CommandRun("demo", outputFailure: EPIPE)
    #expect(run.code == .cannotWrite)
    #expect(run.errors.isEmpty)
  }

  @Test("Command: the demo shows neither a token nor a secret")
  func secrets() async {
    for words in [["demo"], ["demo", "--json"]] {
      let output = await CommandRun(words).output
      #expect(!output.contains("embedded-") && !output.contains("Bearer") && !output.contains("Basic"))
    }
  }

  @Test("Command: whatever the engine's observer is told, the demo knows and can draw within its width")
  func everyEvent() throws {
    let kinds: [ClientEvent.Kind] = [
      .miss, .waited, .gaveUp, .fetched, .fetchFailed, .refreshed, .refreshFailed, .refusedByGate, .gateClosed,
      .gateOpened, .invalidated, .evicted,
    ]
    let sights = try kinds.map { kind in
      Sight(
        happening: try #require(Happening(ClientEvent(kind, endpoint: .serviceToken)), "\(kind) is not known"),
        count: 1_000, duration: .milliseconds(34_999))
    }
    let lines = Picture.lines(of: Moment(at: .seconds(9 * 3600), sights)).map { $0.text(inColour: false) }
    #expect(lines.allSatisfy { $0.count == 77 }, "\(lines.joined())")
    #expect(lines[0].hasPrefix("  9:00:00.000  │"))
  }
}

extension Sight {
  fileprivate var inWords: String {
    let status = happening.status.map { " \($0)" } ?? ""
    let duration = duration.map { " in \($0.wholeMilliseconds)" } ?? ""
    return "\(count) \(happening.kind.rawValue) \(happening.endpoint)\(status)\(duration)"
  }
}

extension Substring {
  /// Whether the last change of colour in it is the one back to none.
  fileprivate var isPlainAtEnd: Bool {
    matches(of: /\u{1B}\[([0-9]+)m/).last.map { $0.output.1 == "0" } ?? true
  }
}

/// A clock for which nobody should wait: after so many sleeps, none by default, the task counts as cancelled.
private final class StoppedClock: Ports.Clock {
  private let left: Locked<Int>

  init(after sleeps: Int = 0) { left = Locked(sleeps) }

  func now() -> Reading { Reading(monotonic: 0, wall: 0) }

  func sleep(for duration: Duration) async throws {
    let isOver = left.withLock { left in
      left -= 1
      return left < 0
    }
    if isOver { throw CancellationError() }
  }
}
