import Foundation

/// A directory of its own for one test, gone with the last reference.
final class TemporaryDirectory: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("service-token-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of `name` in here, which need not exist.
  func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Makes a file of `content` and gives its path.
  func file(_ content: some Sequence<UInt8>, named name: String = "secret") throws -> String {
    try Data(content).write(to: URL(fileURLWithPath: path(name)))
    return path(name)
  }
}
