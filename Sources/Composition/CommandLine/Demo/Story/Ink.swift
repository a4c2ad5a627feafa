/// How a piece of the picture looks, where there are colours.
enum Ink: String {
  case plain = ""
  case strong = "1"
  case faint = "2"
  case red = "31"
  case green = "32"
  case yellow = "33"
  case blue = "36"
}

/// A line of the picture, in pieces of one ink each.
struct InkedLine {
  private(set) var pieces: [(text: String, ink: Ink)] = []

  init(_ text: String = "", _ ink: Ink = .plain) { add(text, ink) }

  mutating func add(_ text: String, _ ink: Ink = .plain) { pieces.append((text, ink)) }

  /// The line with its end. Each piece ends its own ink (ECMA-48 §8.3.117), so that a picture may be broken off anywhere.
  func text(inColour isColoured: Bool) -> String {
    let texts = pieces.map { piece in
      isColoured && piece.ink != .plain && !piece.text.isEmpty
        ? "\u{1B}[\(piece.ink.rawValue)m\(piece.text)\u{1B}[0m" : piece.text
    }
    return texts.joined() + "\n"
  }
}
