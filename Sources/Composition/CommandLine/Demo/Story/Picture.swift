import ServiceTokens

/// The timeline: the clock goes down, and between the callers, the client and Member Center stands what went from one to
/// the other.
///
/// Pure: what was seen goes in, lines come out.
enum Picture {
  /// What stands above all.
  static let opening = [
    InkedLine("A client and a Member Center, both within this process. Only the clock is made"),
    InkedLine("up; what is drawn is what they, the transport and the callers tell."),
    InkedLine(),
    InkedLine("            callers                     client                     Member Center", .faint),
  ]

  static func heading(of scene: Scene, number: Int) -> [InkedLine] {
    [Row().line, InkedLine("\(number)  \(scene.title)", .strong)]
  }

  /// The lines of one moment, one at least.
  static func lines(of moment: Moment) -> [InkedLine] {
    var rows: [Row] = []
    for sight in moment.sights { draw(sight, into: &rows) }
    if rows.isEmpty { rows.append(Row()) }
    rows[0].time = moment.at.clockFace
    return rows.map(\.line)
  }

  /// What stands below all, by the counters of both sides.
  static func closing(_ totals: Totals) -> [InkedLine] {
    [
      InkedLine(),
      InkedLine("The client has counted \(totals.hits) hits and \(totals.misses) misses;"),
      InkedLine(
        "Member Center \(totals.tokenRequests) requests for a token, and \(totals.tokensIssued) tokens issued."),
      InkedLine("What your own server says: service-token doctor --help", .faint),
    ]
  }

  private static func draw(_ sight: Sight, into rows: inout [Row]) {
    let count = sight.count
    switch sight.happening.kind {
    case .asked:
      rows.append(Row(asking: Label("\(count) ask for a \(sight.noun)")))
    case .served:
      let kind = sight.happening.endpoint == .serviceToken ? "" : "download "
      let label = Label("\(count) \(kind)tokens", .green)
      // Beside a note about the same answer, where one is the last to have been drawn.
      if let last = rows.last, last.isNoteAlone {
        rows[rows.count - 1].left = .backward(label)
      } else {
        rows.append(Row(serving: label))
      }
    case .sent:
      rows.append(Row(sending: Label("\(count) \(sight.noun) request\(count == 1 ? "" : "s")", .blue)))
    case .answered:
      let status = sight.happening.status ?? 0
      let label = count == 1 ? "\(status)" : "\(count) × \(status)"
      rows.append(Row(answering: Label(label, (200..<300).contains(status) ? .green : .red)))
    case .revoked:
      rows.append(Row(happening: Label("tokens revoked", .red)))
    default:
      let note = sight.note
      if let last = rows.last, last.hasRoom(for: note) {
        rows[rows.count - 1].notes.append(note)
      } else {
        rows.append(Row(noting: note))
      }
    }
  }
}

extension Sight {
  fileprivate var noun: String { happening.endpoint == .serviceToken ? "token" : "download" }

  /// What the client itself tells.
  fileprivate var note: Label {
    let span = duration.map { " \($0.inUnits)" } ?? ""
    return switch happening.kind {
    case .hit: Label("\(count) hits", .green)
    case .miss: Label("\(count) misses", .yellow)
    case .fetched: Label("fetched")
    case .refreshed: Label("refreshed in\(span)")
    case .waited: Label("\(count) waited\(span)", .yellow)
    case .backedOff: Label("tries again after\(span)", .yellow)
    case .invalidated: Label("drops \(count) token", .red)
    default: Label("\(count) \(happening.kind.rawValue.replacing("_", with: " "))")
    }
  }
}

extension Duration {
  /// Hours, minutes, seconds and milliseconds.
  fileprivate var clockFace: String {
    let milliseconds = wholeMilliseconds
    func padded(_ number: Int64, _ width: Int) -> String {
      String(repeating: "0", count: max(0, width - String(number).count)) + String(number)
    }
    let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    return "\(seconds / 3600):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2)).\(padded(rest, 3))"
  }

  /// In seconds where they are whole, else in milliseconds.
  fileprivate var inUnits: String {
    let milliseconds = wholeMilliseconds
    return milliseconds.isMultiple(of: 1000) ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
  }
}
