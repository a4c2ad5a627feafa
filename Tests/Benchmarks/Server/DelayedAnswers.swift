/// Answers that are held back, by the moment at which they are due.
struct DelayedAnswers {
  private struct Entry {
    let due: Double
    let client: Int32
    let answer: [UInt8]
  }

  /// The one that is due first at the end.
  private var entries: [Entry] = []

  mutating func add(_ answer: [UInt8], to client: Int32, in milliseconds: Int) {
    let entry = Entry(due: nanoseconds() + Double(milliseconds) * 1e6, client: client, answer: answer)
    let index = entries.firstIndex { $0.due <= entry.due } ?? entries.endIndex
    entries.insert(entry, at: index)
  }

  mutating func drop(_ client: Int32) { entries.removeAll { $0.client == client } }

  mutating func popDue() -> (client: Int32, answer: [UInt8])? {
    guard let last = entries.last, last.due <= nanoseconds() else { return nil }
    entries.removeLast()
    return (last.client, last.answer)
  }

  /// The milliseconds until one is due; -1 for none.
  var patience: Int32 {
    entries.last.map { Int32(max(0, ($0.due - nanoseconds()) / 1e6).rounded(.up)) } ?? -1
  }
}
