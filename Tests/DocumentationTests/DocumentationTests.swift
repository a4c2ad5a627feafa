import Foundation
import Testing

@Suite("What the pages say compiles and runs")
struct DocumentationTests {
  /// Where blocks are compiled and run: with these tests, or, where they need a package of their own, by
  /// `Scripts/check-consumers`.
  private static let compiledFolders = ["Tests/DocumentationTests/Examples", "Tests/Consumers"]

  @Test("Every block of Swift in README and Docs stands, line for line, in a file that is compiled and run")
  func blocksAreCompiled() throws {
    let files = Self.compiledFolders.map { CodeBlock.root.appending(path: $0) }.flatMap(CodeBlock.swiftFiles(below:))
    let compiled = try files.map { CodeBlock.lines(of: try String(contentsOf: $0, encoding: .utf8)) }
    let blocks = try CodeBlock.all()
    #expect(blocks.count > 10)
    for block in blocks {
      let lines = CodeBlock.lines(of: block.text)
      #expect(
        compiled.contains { $0.contains(lines) },
        "\(block.testDescription) stands in no file of \(Self.compiledFolders)")
    }
  }

  @Test("Links between the pages lead somewhere")
  func links() throws {
    let root = CodeBlock.root
    let pages =
      ["README.md", "CONTRIBUTING.md"]
      + (try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: "Docs").path))
      .filter { $0.hasSuffix(".md") }.map { "Docs/\($0)" }
    for page in pages {
      let url = root.appending(path: page)
      let text = try String(contentsOf: url, encoding: .utf8)
      for match in text.matches(of: /\]\(([^)#:]+)(#[^)]*)?\)/) {
        let target = url.deletingLastPathComponent().appending(path: String(match.output.1))
        #expect(FileManager.default.fileExists(atPath: target.path), "\(page) links to \(match.output.1)")
      }
    }
  }
}
