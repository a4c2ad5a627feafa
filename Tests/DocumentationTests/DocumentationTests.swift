import Foundation
import ServiceTokenDomain
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

  @Test("The list of pages leaves none out")
  func everyPageIsListed() throws {
    let docs = CodeBlock.root.appending(path: "Docs")
    let list = try String(contentsOf: docs.appending(path: "README.md"), encoding: .utf8)
    let pages = try FileManager.default.contentsOfDirectory(atPath: docs.path).filter { $0.hasSuffix(".md") }
    #expect(pages.count > 10)
    for page in pages where page != "README.md" {
      #expect(list.contains("](\(page))"), "Docs/README.md does not list \(page)")
    }
  }

  @Test("Operations says of each error, log event and cache event what it means: each has a row that begins with it")
  func operations() throws {
    let page = try String(contentsOf: CodeBlock.root.appending(path: "Docs/Operations.md"), encoding: .utf8)
    let explained = Set(
      page.matches(of: /(?m)^\| ((?:`\w+`(?:, )?)+) \|/).flatMap { row in
        row.output.1.matches(of: /`(\w+)`/).map { String($0.output.1) }
      })
    /// The names in a source file, for sets that are open and cannot be asked.
    func names(in file: String, _ pattern: Regex<(Substring, Substring)>) throws -> [String] {
      let source = try String(
        contentsOf: CodeBlock.root.appending(path: "Sources/Domain/\(file).swift"), encoding: .utf8)
      return source.matches(of: pattern).map { String($0.output.1) }
    }
    let codes = try names(in: "Errors/ServiceTokenError", /= Self\(\s*"(\w+)"/)
    let kinds = try names(in: "Events/ClientEvent", /= Kind\("(\w+)"\)/)
    #expect(codes.contains(ServiceTokenError.Code.shutDown.name) && codes.count >= 10)
    #expect(kinds.contains(ClientEvent.Kind.evicted.name) && kinds.count >= 12)
    for name in codes + kinds + LogEvent.Name.allCases.map(\.rawValue) {
      #expect(explained.contains(name), "Operations.md has no row for \(name)")
    }
  }
}
