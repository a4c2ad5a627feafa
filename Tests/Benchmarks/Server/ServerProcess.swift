import Glibc
import TestProcesses

/// A server in a process of its own, so that what is counted of this one is the client's.
struct ServerProcess {
  let url: String

  /// Starts this program again as the server. It ends with the pipe that it reads from, which nobody closes but the
  /// kernel, whatever becomes of this program.
  static func start() throws -> ServerProcess {
    let process = try ChildProcess(ThisProgram.path, [Benchmarks.serverArgument], hasInput: true)
    var line = [UInt8](repeating: 0, count: 256)
    let count = unsafe read(process.output, &line, line.count)
    guard count > 0 else { throw ChildProcess.Failure(program: "the server") }
    return ServerProcess(url: String(decoding: line[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }
}
