import ServiceTokens

/// Words of one ink.
struct Label {
  let text: String
  let ink: Ink

  init(_ text: String, _ ink: Ink = .plain) { (self.text, self.ink) = (text, ink) }
}

/// One line between and beside the three lifelines.
struct Row {
  enum Arrow {
    case forward(Label)
    case backward(Label)
  }

  /// Columns between the lifelines, and before the first.
  private static let (margin, leftGap, rightGap) = (15, 27, 31)

  var time = ""
  var left: Arrow?
  var right: Arrow?
  /// At the client's line, where nothing goes on to the server.
  var notes: [Label] = []
  /// At the server's line.
  var event: Label?

  init() {}
  init(asking label: Label) { left = .forward(label) }
  init(serving label: Label) { left = .backward(label) }
  init(sending label: Label) { right = .forward(label) }
  init(answering label: Label) { right = .backward(label) }
  init(noting note: Label) { notes = [note] }
  init(happening event: Label) { self.event = event }

  var isNoteAlone: Bool { left == nil && right == nil && !notes.isEmpty }

  func hasRoom(for note: Label) -> Bool {
    let taken = notes.reduce(0) { $0 + $1.text.count + 2 }
    return right == nil && event == nil && taken + note.text.count + 2 <= Self.rightGap
  }

  var line: InkedLine {
    var line = InkedLine("  \(time)".padded(to: Self.margin), .faint)
    line.add(left.leaves(forward: true) ? "├" : "│", .faint)
    line.add(left, across: Self.leftGap)
    line.add(left.leaves(forward: false) ? "┤" : right.leaves(forward: true) ? "├" : "│", .faint)
    if right != nil {
      line.add(right, across: Self.rightGap)
    } else {
      addWords(to: &line)
    }
    line.add(right.leaves(forward: false) ? "┤" : "│", .faint)
    return line
  }

  private func addWords(to line: inout InkedLine) {
    var room = Self.rightGap
    for (index, note) in notes.enumerated() {
      line.add(index == 0 ? " " : ", ", .faint)
      line.add(note.text, note.ink)
      room -= note.text.count + (index == 0 ? 1 : 2)
    }
    let event = event.map { Label("\($0.text) ", $0.ink) } ?? Label("")
    line.add(String(repeating: " ", count: max(0, room - event.text.count)))
    line.add(event.text, event.ink)
  }
}

extension Row.Arrow? {
  /// Whether it begins at its left end, or else at its right one.
  fileprivate func leaves(forward: Bool) -> Bool {
    switch self {
    case .forward?: forward
    case .backward?: !forward
    case nil: false
    }
  }
}

extension InkedLine {
  fileprivate mutating func add(_ arrow: Row.Arrow?, across gap: Int) {
    func shaft(_ label: Label) -> String { String(repeating: "─", count: max(1, gap - label.text.count - 4)) }
    switch arrow {
    case .forward(let label)?:
      add("─ ", .faint)
      add(label.text, label.ink)
      add(" \(shaft(label))►", .faint)
    case .backward(let label)?:
      add("◄\(shaft(label)) ", .faint)
      add(label.text, label.ink)
      add(" ─", .faint)
    case nil:
      add(String(repeating: " ", count: gap))
    }
  }
}
