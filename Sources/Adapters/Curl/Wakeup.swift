#if Curl
  #if canImport(Darwin)
    import Darwin
  #elseif canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif

  /// How other threads end the sleep of the loop's: a pipe that it watches beside libcurl's sockets.
  ///
  /// Not `curl_multi_wakeup`, which wakes `curl_multi_poll` alone.
  final class Wakeup: Sendable {
    /// Becomes readable with ``signal()``.
    let descriptor: Int32
    private let writeEnd: Int32

    /// nil where there are no descriptors left.
    init?() {
      var ends: [Int32] = [-1, -1]
      guard unsafe pipe(&ends) == 0 else { return nil }
      for end in ends {
        _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        _ = fcntl(end, F_SETFL, O_NONBLOCK)
      }
      (descriptor, writeEnd) = (ends[0], ends[1])
    }

    deinit {
      close(descriptor)
      close(writeEnd)
    }

    func signal() {
      var byte: UInt8 = 0
      // A full pipe is readable as it is.
      _ = unsafe write(writeEnd, &byte, 1)
    }

    /// Takes every signal that came.
    func clear() {
      var bytes: (UInt64, UInt64) = (0, 0)
      while unsafe read(descriptor, &bytes, 16) == 16 {}
    }
  }
#endif
