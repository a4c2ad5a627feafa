import Foundation
import Testing

/// The blocks of Swift in the project's pages.
struct CodeBlock: Sendable, CustomTestStringConvertible {
  let page: String
  let line: Int
  let text: String

  var testDescription: String { "\(page):\(line)" }

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Every block that begins with ```swift in README and Docs.
  static func all() throws -> [CodeBlock] {
    var pages = [root.appending(path: "README.md")]
    let docs = FileManager.default.enumerator(at: root.appending(path: "Docs"), includingPropertiesForKeys: nil)
    while let page = docs?.nextObject() as? URL {
      if page.pathExtension == "md" { pages.append(page) }
    }
    return try pages.flatMap { page in
      let text = try String(contentsOf: page, encoding: .utf8)
      var blocks: [CodeBlock] = []
      var open: (line: Int, lines: [Substring])?
      for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        if let block = open {
          if line.hasPrefix("```") {
            blocks.append(
              CodeBlock(page: page.lastPathComponent, line: block.line, text: block.lines.joined(separator: "\n")))
            open = nil
          } else {
            open?.lines.append(line)
          }
        } else if line.hasPrefix("```swift") {
          open = (index + 2, [])
        }
      }
      return blocks
    }
  }

  /// The Swift files below `folder`, without what a build left there.
  static func swiftFiles(below folder: URL) -> [URL] {
    let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil, options: .skipsHiddenFiles)
    return (all?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
  }

  /// The lines that count: without indentation, blank lines, imports and comments at a line's end being what they are.
  static func lines(of text: String) -> [String] {
    text.split(separator: "\n")
      .map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty && !$0.hasPrefix("import ") }
  }
}
