import Glibc

/// Where this program stands.
enum ThisProgram {
  static var path: String {
    var path = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = unsafe readlink("/proc/self/exe", &path, path.count)
    return String(decoding: path.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The path of `name` in its folder.
  static func sibling(_ name: String) -> String {
    let path = path
    return path.prefix(through: path.lastIndex(of: "/") ?? path.startIndex) + name
  }
}
