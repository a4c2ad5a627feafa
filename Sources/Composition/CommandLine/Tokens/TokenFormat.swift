/// How a token is printed.
enum TokenFormat: String, CaseIterable {
  /// The token alone.
  case raw
  /// One object around it.
  case json
  /// The header field that carries it (RFC 6750 §2.1), ready for `curl -H @-`.
  case header

  /// Whether a failure is to be an object too: looked for in the words themselves, because they may be what is wrong.
  static func isJSON(in words: [String]) -> Bool {
    let option = Option.format.spelling
    return words.contains(Option.json.spelling) || words.contains("\(option)=\(json.rawValue)")
      || zip(words, words.dropFirst()).contains { $0 == option && $1 == json.rawValue }
  }
}
