/// Every text that a value can become without anybody asking for its secret: descriptions, dump, and the same for all
/// that its mirror shows, to the bottom.
public func everyText(of value: Any, depth: Int = 0) -> [String] {
  var dumped = ""
  dump(value, to: &dumped)
  var texts = ["\(value)", String(describing: value), String(reflecting: value), dumped]
  texts += ["\(Optional(value) as Any)", "\([value])", "\(["key": value])", String(reflecting: (value, value))]
  if depth < 8 {
    var mirror: Mirror? = Mirror(reflecting: value)
    while let present = mirror {
      for child in present.children { texts += [child.label ?? ""] + everyText(of: child.value, depth: depth + 1) }
      mirror = present.superclassMirror
    }
  }
  return texts
}
