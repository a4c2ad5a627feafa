import Glibc

/// What this process holds at one moment, as the kernel counts it.
struct Figures: CustomStringConvertible {
  var resident: Int
  var descriptors: Int
  var threads: Int
  /// User and system time together.
  var processorTime: Duration

  static var now: Figures {
    let status = field("VmRSS", "Threads")
    var usage = rusage()
    unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
    let microseconds = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
    return Figures(
      resident: (status["VmRSS"] ?? 0) * 1024, descriptors: openDescriptors(), threads: status["Threads"] ?? 0,
      processorTime: .seconds(seconds) + .microseconds(microseconds))
  }

  var description: String {
    "resident \(resident / 1024) KiB, descriptors \(descriptors), threads \(threads)"
  }

  private static func field(_ names: String...) -> [String: Int] {
    guard let file = unsafe fopen("/proc/self/status", "r") else { return [:] }
    defer { unsafe fclose(file) }
    var found: [String: Int] = [:]
    var line = [CChar](repeating: 0, count: 256)
    while unsafe fgets(&line, 256, file) != nil {
      let parts = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        .split { $0 == ":" || $0 == "\t" || $0 == " " || $0 == "\n" }
      if parts.count >= 2, names.contains(String(parts[0])) { found[String(parts[0])] = Int(parts[1]) }
    }
    return found
  }

  private static func openDescriptors() -> Int {
    guard let directory = unsafe opendir("/proc/self/fd") else { return 0 }
    defer { unsafe closedir(directory) }
    var count = 0
    while unsafe readdir(directory) != nil { count += 1 }
    // The two dots, and the descriptor of this very listing.
    return count - 3
  }
}
