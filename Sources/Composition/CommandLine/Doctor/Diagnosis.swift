import ServiceTokens

/// All that was found, as lines for people and as one object for scripts.
struct Diagnosis {
  private(set) var findings: [Finding] = []
  /// What was begun, whether it was found out or not.
  private(set) var begun: [Check] = []

  mutating func begin(_ check: Check) { begun.append(check) }

  mutating func add(_ findings: [Finding]) { self.findings += findings }

  /// The first finding that makes tokens impossible.
  var failure: Finding? { findings.first { $0.exitCode != nil } }

  var exitCode: ExitCode { failure?.exitCode ?? .done }

  /// The beginning of a check's first line, to be seen while it is looked at.
  static func label(_ check: Check) -> String { check.rawValue.padded(to: labelWidth) }

  /// The rest of the lines of a check whose label stands there already.
  static func lines(_ findings: [Finding]) -> String {
    findings.enumerated().map { index, finding in
      let label = index == 0 ? "" : label(finding.check)
      let texts = [finding.saw, finding.advice].compactMap { $0 }
      let margin = "\n\(String(repeating: " ", count: labelWidth + gradeWidth))"
      let lines = texts.flatMap { $0.wrapped(at: textWidth) }.joined(separator: margin)
      return "\(label)\(finding.grade.word.padded(to: gradeWidth))\(lines)\n"
    }.joined()
  }

  private static let labelWidth = 15
  private static let gradeWidth = 9
  private static let textWidth = 96

  /// The last line.
  var summary: String {
    let warnings = count(.warning)
    let but = warnings == 0 ? "" : warnings == 1 ? ", with 1 warning" : ", with \(warnings) warnings"
    guard let failure else {
      return count(.unseen) == 0
        ? "\nAll is well\(but): tokens can be had.\n" : "\nAll that could be seen is well\(but).\n"
    }
    let rest = notChecked.isEmpty ? "" : " Not looked at: \(notChecked.map(\.rawValue).joined(separator: ", "))."
    return "\nNo tokens can be had because of: \(failure.check.rawValue), \(failure.name)\(but).\(rest)\n"
  }

  var json: Wire.JSON {
    [
      "exit_code": .integer(Int64(exitCode.rawValue)),
      "failure": failure.map { .string("\($0.check.rawValue).\($0.name)") } ?? .null,
      "warnings": .integer(Int64(count(.warning))),
      "findings": .array(
        findings.map { finding in
          [
            "check": .string(finding.check.rawValue), "finding": .string(finding.name),
            "grade": .string(finding.grade.word), "saw": .string(finding.saw),
            "advice": finding.advice.map { .string($0) } ?? .null,
          ]
        }),
      "not_checked": .array(notChecked.map { .string($0.rawValue) }),
    ]
  }

  private var notChecked: [Check] { Check.allCases.filter { !begun.contains($0) } }

  private func count(_ grade: Finding.Grade) -> Int { findings.count { $0.grade == grade } }
}

extension String {
  /// The text in lines of at most so many characters, broken at blanks; a longer word has a line of its own.
  fileprivate func wrapped(at width: Int) -> [String] {
    var lines: [String] = []
    for word in split(separator: " ") {
      if let line = lines.last, line.count + 1 + word.count <= width {
        lines[lines.count - 1] = "\(line) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
