import ServiceTokenDomain

/// One event on its way to becoming a line, and the two ways in which it does.
struct Line {
  let time: Timestamp?
  let event: LogEvent

  /// The line for people, its newline included.
  var text: String {
    var words = [event.level.word, Escaped.bareOrQuoted(event.name)]
    if let time { words.insert(Wire.RFC3339.format(time), at: 0) }
    for field in event.fields {
      words.append("\(Escaped.bareOrQuoted(field.name))=\(field.value.asText)")
    }
    return words.joined(separator: " ") + "\n"
  }

  /// The line for machines, its newline included.
  var json: String {
    var members = [("level", Escaped.quoted(event.level.word)), ("event", Escaped.quoted(event.name))]
    if let time { members.insert(("time", Escaped.quoted(Wire.RFC3339.format(time))), at: 0) }
    members += event.fields.map { ($0.name, $0.value.asJSON) }
    return "{" + members.map { "\(Escaped.quoted($0)):\($1)" }.joined(separator: ",") + "}\n"
  }
}

extension LogEvent.Level {
  fileprivate var word: String {
    switch self {
    case .debug: "debug"
    case .info: "info"
    case .warning: "warning"
    }
  }
}

extension LogEvent.Value {
  fileprivate var asText: String {
    switch self {
    case .string(let text): Escaped.bareOrQuoted(text)
    case .int(let number): String(number)
    case .duration(let duration): duration.inOneUnit
    }
  }

  fileprivate var asJSON: String {
    switch self {
    case .string(let text): Escaped.quoted(text)
    case .int(let number): String(number)
    case .duration(let duration): String(duration.wholeNanoseconds)
    }
  }
}

extension Duration {
  /// The duration in the largest unit of which it has one, three decimals at most, further ones cut off: `12.3ms`.
  fileprivate var inOneUnit: String {
    let nanoseconds = wholeNanoseconds
    let size = nanoseconds.magnitude
    let units: [(name: String, size: UInt64)] = [("s", 1_000_000_000), ("ms", 1_000_000), ("µs", 1_000)]
    guard let unit = units.first(where: { size >= $0.size }) else { return "\(nanoseconds)ns" }
    let (whole, rest) = size.quotientAndRemainder(dividingBy: unit.size)
    var number = "\(nanoseconds < 0 ? "-" : "")\(whole)"
    let thousandths = rest / (unit.size / 1000)
    if thousandths > 0 {
      number += ".\(String(thousandths + 1000).dropFirst())"
      while number.last == "0" { number.removeLast() }
    }
    return number + unit.name
  }
}
