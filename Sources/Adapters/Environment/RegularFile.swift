#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads a small file whole, from one descriptor, and leaves none of its bytes behind.
package enum RegularFile {
  /// Why a file was not read, in words that hold nothing of its content or its path.
  package struct Failure: Error {
    package let problem: String

    init(_ problem: String) { self.problem = problem }

    /// What `errno` says now; to be made before anything else can change it.
    static func ofSystemCall(_ call: String) -> Failure {
      // Known numbers have constant texts, so another thread's call does not overwrite this one.
      unsafe Failure("cannot \(call): \(String(cString: strerror(errno)))")
    }
  }

  /// Hands the content of the file at `path` to `body`, whose argument is wiped when it returns.
  package static func withContent<Result>(
    of path: String, atMost limit: Int, _ body: (UnsafeRawBufferPointer) -> Result
  ) throws(Failure) -> Result {
    guard !path.utf8.contains(0) else { throw Failure("the path holds a NUL character") }
    // Non-blocking, because opening a FIFO would wait for its writer. On a regular file it means nothing.
    let descriptor = retryingOnInterrupt { unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY) }
    guard descriptor >= 0 else { throw .ofSystemCall("open") }
    defer { _ = close(descriptor) }

    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw .ofSystemCall("look at") }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw Failure("is a directory") }
    guard status.st_mode & S_IFMT == S_IFREG else { throw Failure("is not a regular file") }

    // One byte more than allowed tells a file that is too long, whatever size it claims.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: limit + 1, alignment: 1)
    defer {
      unsafe wipe(buffer)
      unsafe buffer.deallocate()
    }
    var count = 0
    while count <= limit {
      let free = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
      let got = retryingOnInterrupt { unsafe read(descriptor, free.baseAddress, free.count) }
      guard got >= 0 else { throw .ofSystemCall("read") }
      guard got > 0 else { break }
      count += got
    }
    guard count <= limit else { throw Failure("is larger than \(limit) bytes") }
    return unsafe body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
  }
}

/// Makes a system call again for as long as signals interrupt it.
private func retryingOnInterrupt<Result: SignedInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result >= 0 || errno != EINTR { return result }
  }
}

/// Overwrites `buffer` with zeros by a call that the optimizer may not drop.
private func wipe(_ buffer: UnsafeMutableRawBufferPointer) {
  guard let start = buffer.baseAddress else { return }
  #if canImport(Darwin)
    _ = unsafe memset_s(start, buffer.count, 0, buffer.count)
  #else
    unsafe explicit_bzero(start, buffer.count)
  #endif
}
