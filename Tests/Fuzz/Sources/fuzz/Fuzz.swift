// What libFuzzer calls. It brings the `main`, the mutations and the arguments; ours come first on the command line:
//   fuzz TARGET [--stretch] libFuzzer's flags and folders…

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Set once before the first input.
nonisolated(unsafe) private var chosen: Target?
nonisolated(unsafe) private var isStretching = false

/// Takes the target's name, once, before the first input.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
) -> CInt {
  // libFuzzer must not see ours: it would take them for folders.
  func takeFirst() -> String? {
    guard unsafe count.pointee > 1, let first = unsafe arguments.pointee[1] else { return nil }
    unsafe arguments.pointee[1] = arguments.pointee[0]
    unsafe arguments.pointee += 1
    unsafe count.pointee -= 1
    return unsafe String(cString: first)
  }
  let name = takeFirst()
  unsafe chosen = Target.all.first { $0.name == name }
  guard unsafe chosen != nil else {
    print(Target.all.map(\.name).joined(separator: "\n"))
    exit(name == "--list" ? 0 : 64)
  }
  if unsafe count.pointee > 1, let next = unsafe arguments.pointee[1], unsafe String(cString: next) == "--stretch" {
    _ = takeFirst()
    unsafe isStretching = true
  }
  return 0
}

/// Gives one input to the target. Every input is worth keeping by itself, so it always answers zero.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  guard let target = unsafe chosen else { return 0 }
  let bytes = unsafe Array(UnsafeBufferPointer(start: bytes, count: size))
  if unsafe isStretching {
    for long in stretched(Input(bytes).bytes) { target.check(Input(long)) }
  } else {
    target.check(Input(bytes))
  }
  return 0
}

/// The input grown to 64 KiB by what repeats in it: what is quadratic takes minutes over that, and libFuzzer's `-timeout`
/// ends it.
private func stretched(_ bytes: [UInt8]) -> [[UInt8]] {
  guard !bytes.isEmpty else { return [] }
  let size = 65_536
  let (middle, end) = (bytes.count / 2, bytes.count)
  let pieces = [0..<end, 0..<middle, middle..<end, 0..<1, middle..<middle + 1, end - 1..<end]
  return pieces.filter { !$0.isEmpty }.map { place in
    let repeated = repeatElement(bytes[place], count: size / place.count).joined()
    return bytes[..<place.lowerBound] + Array(repeated) + bytes[place.upperBound...]
  }
}
