/// The arguments make no sense; in one line, why.
struct UsageError: Error {
  let message: String

  init(_ message: String) { self.message = message }

  /// Something that is not known, with what it was probably meant to be.
  init(unknown kind: String, _ text: String, knowing names: [String]) {
    // Quoted as Swift quotes, so that no character of an argument breaks the line.
    var message = "unknown \(kind) \(text.debugDescription)"
    if let name = text.nearest(of: names) { message += ", did you mean \(name)?" }
    self.init(message)
  }
}

extension String {
  /// The one of `names` that a slip of the hand or two would make of this text.
  fileprivate func nearest(of names: [String]) -> String? {
    let distances = names.map { (name: $0, distance: distance(to: $0)) }
    guard let nearest = distances.min(by: { $0.distance < $1.distance }) else { return nil }
    return nearest.distance <= max(1, nearest.name.count / 3) ? nearest.name : nil
  }

  /// How many characters must be put in, left out or replaced (Levenshtein).
  private func distance(to other: String) -> Int {
    let target = Array(other)
    var row = Array(0...target.count)
    for (line, character) in enumerated() {
      var diagonal = row[0]
      row[0] = line + 1
      for (column, wanted) in target.enumerated() {
        let replaced = diagonal + (character == wanted ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = Swift.min(replaced, row[column] + 1, diagonal + 1)
      }
    }
    return row[target.count]
  }
}
