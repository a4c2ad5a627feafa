import Glibc

/// A program that is run to its end.
enum Child {
  struct Failure: Error, CustomStringConvertible {
    let program: String
    var description: String { "\(program) cannot be run, or failed" }
  }

  /// What it wrote to standard output, and how long it took from start to end.
  struct Outcome {
    var output: String
    var nanoseconds: Double
  }

  /// The path of this program.
  static var thisProgram: String {
    var path = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = unsafe readlink("/proc/self/exe", &path, path.count)
    return String(decoding: path.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The path of `name` in the folder of this program.
  static func besideThisProgram(_ name: String) -> String {
    let path = thisProgram
    return path.prefix(through: path.lastIndex(of: "/") ?? path.startIndex) + name
  }

  /// Runs `program` with nothing on standard input, and with `environment` beside what the system needs to find libraries.
  ///
  /// - Throws: ``Failure`` where it does not end with 0.
  static func run(
    _ program: String, _ arguments: [String], environment: [String: String] = [:]
  ) throws -> Outcome {
    let began = nanoseconds()
    let (process, output, _) = try start(program, arguments, environment: environment)
    let text = readAll(from: output)
    close(output)
    var status: Int32 = 0
    guard unsafe waitpid(process, &status, 0) == process, status == 0 else { throw Failure(program: program) }
    return Outcome(output: text, nanoseconds: nanoseconds() - began)
  }

  /// Starts `program`, with the other ends of pipes to its standard output and input.
  ///
  /// - Throws: ``Failure`` where there is no such program.
  static func start(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], withInput: Bool = false
  ) throws -> (process: pid_t, output: Int32, input: Int32) {
    var (output, input): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
    guard unsafe pipe(&output) == 0, unsafe pipe(&input) == 0 else { throw Failure(program: program) }
    for end in output + input { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, input[0], 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, output[1], 1)
    var variables = ["PATH=/usr/bin:/bin"] + environment.map { "\($0)=\($1)" }
    if let path = unsafe getenv("LD_LIBRARY_PATH") {
      variables.append(unsafe "LD_LIBRARY_PATH=\(String(cString: path))")
    }
    var process = pid_t()
    let status = unsafe withCStrings([program] + arguments) { arguments in
      unsafe withCStrings(variables) { variables in
        unsafe posix_spawn(&process, program, &actions, nil, arguments, variables)
      }
    }
    close(output[1])
    close(input[0])
    if !withInput || status != 0 { close(input[1]) }
    guard status == 0 else {
      close(output[0])
      throw Failure(program: program)
    }
    return (process, output[0], withInput ? input[1] : -1)
  }

  /// What comes before the other end is closed.
  private static func readAll(from descriptor: Int32) -> String {
    var (bytes, buffer): ([UInt8], [UInt8]) = ([], [UInt8](repeating: 0, count: 4096))
    while true {
      let count = unsafe read(descriptor, &buffer, buffer.count)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }

  /// `texts` as C wants them: an array of pointers with nil at its end.
  private static func withCStrings<Result>(
    _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = unsafe texts.map { unsafe strdup($0) } + [nil]
    defer { unsafe copies.forEach { unsafe free($0) } }
    return unsafe body(copies)
  }
}
