import Foundation

/// A server in a process of its own, whose connections end when they like.
struct UnreliableServer {
  let url: String
  private let process: Process
  private let lifeline: FileHandle

  /// Starts this program again as the server; it ends with the pipe that it reads from, whatever becomes of us.
  static func start() throws -> UnreliableServer {
    let process = Process()
    process.executableURL = Bundle.main.executableURL
    process.arguments = [Soak.serverArgument]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    let port = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    guard !port.isEmpty else { throw POSIXError(.EADDRNOTAVAIL) }
    return UnreliableServer(
      url: "http://127.0.0.1:\(port)", process: process, lifeline: input.fileHandleForWriting)
  }

  /// Ends it, and returns when its connections are closed.
  func stop() throws {
    try lifeline.close()
    process.waitUntilExit()
  }
}
