#if canImport(Darwin)
  public import Darwin
#elseif canImport(Musl)
  public import Musl
#else
  public import Glibc
#endif

/// A program in a process of its own, for tests, benchmarks and soak runs.
///
/// Not Foundation's `Process`: on Linux, up to Swift 6.3.1 at least, its `run()` reads the names in `/proc/self/fd` 256
/// bytes at a time, past the end of what the system handed out, and so crashes now and then in a process that has well
/// over a thousand descriptors open. A run of all the tests is such a process.
public struct ChildProcess: Sendable {
  /// Why there is none.
  public struct Failure: Error, CustomStringConvertible {
    /// What was to run.
    public let program: String
    /// What the system said, or 0 where the program ran and failed.
    public let code: Int32

    /// Says that `program` cannot be run, or failed.
    public init(program: String, code: Int32 = 0) { (self.program, self.code) = (program, code) }

    /// One sentence.
    public var description: String {
      code == 0 ? "\(program) failed" : unsafe "\(program) cannot be run: \(String(cString: strerror(code)))"
    }
  }

  /// How it ended.
  public enum Ending: Sendable, Equatable {
    case exited(Int32)
    case killed(signal: Int32)
  }

  /// The number that the system knows it by.
  public let id: pid_t
  /// Where what is written comes to its standard input; nil where that is empty.
  public let input: Int32?
  /// Where its standard output can be read.
  public let output: Int32
  /// Where its standard error can be read; nil where that is ours.
  public let errors: Int32?

  /// Starts the program at the path `program`, with nothing in its environment but `variables` and what the system needs
  /// to find programs and libraries.
  ///
  /// - Throws: ``Failure`` where there is no such program, or no descriptor left.
  public init(
    _ program: String, _ arguments: [String] = [], variables: [String: String] = [:], hasInput: Bool = false,
    keepsErrors: Bool = false
  ) throws {
    var pipes: [Pipe] = []
    defer { pipes.forEach { close($0.childsEnd) } }
    #if canImport(Darwin)
      var (actions, attributes): (posix_spawn_file_actions_t?, posix_spawnattr_t?)
    #else
      var (actions, attributes) = unsafe (posix_spawn_file_actions_t(), posix_spawnattr_t())
    #endif
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    // The threads that run tasks block signals, and something here may ignore one; a child would do the same.
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var (none, all) = (sigset_t(), sigset_t())
    unsafe sigemptyset(&none)
    unsafe sigfillset(&all)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    /// Makes the child's descriptor `number` one end of a pipe, and returns the other.
    func connect(_ number: Int32) throws -> Int32 {
      guard let pipe = Pipe(forReading: number > 0) else { throw Failure(program: program, code: errno) }
      pipes.append(pipe)
      unsafe posix_spawn_file_actions_adddup2(&actions, pipe.childsEnd, number)
      return pipe.ourEnd
    }
    do {
      if !hasInput { unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0) }
      input = hasInput ? try connect(0) : nil
      output = try connect(1)
      errors = keepsErrors ? try connect(2) : nil

      var texts = ["PATH=/usr/bin:/bin"] + variables.map { "\($0)=\($1)" }
      if let path = unsafe getenv("LD_LIBRARY_PATH") {
        texts.append(unsafe "LD_LIBRARY_PATH=\(String(cString: path))")
      }
      var id = pid_t()
      let code = unsafe withCStrings([program] + arguments) { arguments in
        unsafe withCStrings(texts) { unsafe posix_spawn(&id, program, &actions, &attributes, arguments, $0) }
      }
      guard code == 0 else { throw Failure(program: program, code: code) }
      self.id = id
    } catch {
      pipes.forEach { close($0.ourEnd) }
      throw error
    }
  }

  /// Waits until it has ended. Blocks its thread, and must be called once.
  public func waitForEnd() -> Ending {
    var status: Int32 = 0
    while unsafe waitpid(id, &status, 0) < 0, errno == EINTR {}
    // What the macros of <sys/wait.h> do, which Swift does not import.
    let signal = status & 0x7F
    return signal == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: signal)
  }

  /// Runs a program to its end, and returns what it wrote to standard output. Blocks its thread.
  ///
  /// - Throws: ``Failure`` where it does not end with 0.
  public static func output(
    of program: String, _ arguments: [String], variables: [String: String] = [:]
  ) throws -> String {
    let process = try ChildProcess(program, arguments, variables: variables)
    let text = readToEnd(of: process.output)
    guard process.waitForEnd() == .exited(0) else { throw Failure(program: program) }
    return text
  }

  /// What comes before the other end of the pipe `descriptor` is closed; then closes this one. Blocks its thread.
  public static func readToEnd(of descriptor: Int32) -> String {
    defer { close(descriptor) }
    var (bytes, buffer): ([UInt8], [UInt8]) = ([], [UInt8](repeating: 0, count: 4096))
    while true {
      let count = unsafe read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }
}

/// A pipe between this process and a child.
private struct Pipe {
  let ourEnd: Int32
  let childsEnd: Int32

  /// Nil where the system gives none.
  init?(forReading: Bool) {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { return nil }
    // A process that another thread starts just now has them too, and only holds up what is read until it ends.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (ourEnd, childsEnd) = forReading ? (ends[0], ends[1]) : (ends[1], ends[0])
  }
}

/// `texts` as C wants them: an array of pointers with nil at its end.
private func withCStrings<Result>(
  _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
  let copies = unsafe texts.map { unsafe strdup($0) } + [nil]
  defer { unsafe copies.forEach { unsafe free($0) } }
  return unsafe body(copies)
}
