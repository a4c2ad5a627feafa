import TestSupport

extension Canary {
  /// Whether a description, a dump or a mirror of `value` shows the secret or a token.
  static func shows(in value: Any) -> Bool {
    var dumped = ""
    dump(value, to: &dumped)
    return [dumped, String(describing: value), String(reflecting: value)].contains { text in
      text.contains(secret) || text.contains(tokenPrefix)
    }
  }
}
