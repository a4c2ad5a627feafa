import Foundation
import TestProcesses

/// A server in a process of its own, whose connections end when they like.
struct UnreliableServer {
  let url: String
  private let process: ChildProcess

  /// Starts this program again as the server; it ends with the pipe that it reads from, whatever becomes of us.
  static func start() throws -> UnreliableServer {
    guard let program = Bundle.main.executablePath else { throw POSIXError(.ENOENT) }
    let process = try ChildProcess(program, [Soak.serverArgument], hasInput: true)
    var line = [UInt8](repeating: 0, count: 256)
    let count = unsafe read(process.output, &line, line.count)
    guard count > 0 else { throw POSIXError(.EADDRNOTAVAIL) }
    return UnreliableServer(
      url: "http://127.0.0.1:\(String(decoding: line[..<count], as: UTF8.self))", process: process)
  }

  /// Ends it, and returns when its connections are closed.
  func stop() throws {
    close(process.input ?? -1)
    close(process.output)
    guard process.waitForEnd() == .exited(0) else { throw ChildProcess.Failure(program: "the server") }
  }
}
