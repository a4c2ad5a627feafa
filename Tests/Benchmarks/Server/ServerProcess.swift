import Glibc

/// A server in a process of its own, so that what is counted of this one is the client's.
struct ServerProcess {
  let url: String

  /// Starts this program again as the server. It ends with the pipe that it reads from, which nobody closes but the
  /// kernel, whatever becomes of this program.
  static func start() throws -> ServerProcess {
    let (_, output, _) = try Child.start(Child.thisProgram, [Benchmarks.serverArgument], withInput: true)
    var line = [UInt8](repeating: 0, count: 256)
    let count = unsafe read(output, &line, line.count)
    guard count > 0 else { throw Child.Failure(program: "the server") }
    return ServerProcess(url: String(decoding: line[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }
}
