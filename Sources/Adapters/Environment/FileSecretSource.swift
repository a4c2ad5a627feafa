public import ServiceTokenDomain
public import ServiceTokenPorts

/// A client secret in a mounted file, as Docker and Kubernetes provide it.
///
/// The file is opened anew for every call (SPEC R3), so a secret that is rotated while the program runs is sent from
/// the next fetch on. One trailing newline (LF or CR LF) is dropped, because editors and `echo` add one; every other
/// byte is taken as it is.
///
/// A file replaced by a rename, as Kubernetes does it, gives the old secret or the new one and never a mix: it is
/// opened once and read from that one descriptor. A file overwritten in place gives no such promise.
///
/// The read blocks its thread for as long as the file system takes, which for a mounted secret is memory. It may be
/// used from any number of tasks at once.
public struct FileSecretSource: Ports.SecretSource {
  /// How many bytes a file may have, its newline included: 64 KiB.
  public static let sizeLimit = 65_536

  private let path: String
  private let setting: String

  /// Makes a source; nothing is opened yet.
  ///
  /// - Parameters:
  ///   - path: the file, better by an absolute path. Errors show an absolute path; of any other they say only what it
  ///     is not and which setting it came from, because it is sometimes the secret itself, put into the wrong variable.
  ///   - setting: where the path was configured, such as `MC_CLIENT_SECRET_FILE`. Errors show it.
  public init(path: String, setting: String = "client secret file") {
    self.path = path
    self.setting = setting
  }

  /// The file's content as it is now, without the newline at its end. It does not suspend.
  ///
  /// - Throws: a ``/ServiceTokenDomain/ServiceTokenError`` of code
  ///   ``/ServiceTokenDomain/ServiceTokenError/Code/secretUnavailable`` that names setting and path, when the file is
  ///   missing, unreadable, no regular file (a FIFO is not waited for), empty, or larger than ``sizeLimit``;
  ///   `CancellationError` when the task was cancelled.
  public func clientSecret() async throws -> Secret {
    try Task.checkCancellation()
    let secret: Secret
    do {
      secret = try unsafe RegularFile.withContent(of: path, atMost: Self.sizeLimit) { content in
        unsafe Secret(Self.droppingNewline(content))
      }
    } catch {
      throw unavailable(error.problem)
    }
    guard !secret.isEmpty else { throw unavailable("the file is empty") }
    return secret
  }

  /// The same; see ``/ServiceTokenPorts/Ports/SecretSource/clientSecret(cancelledBy:)``.
  public func clientSecret(cancelledBy cancellation: Ports.Cancellation) async throws -> Secret {
    try cancellation.check()
    return try await clientSecret()
  }

  private func unavailable(_ problem: String) -> ServiceTokenError {
    // Quoted by Swift's own rules, so that no character of a path breaks the line of a log.
    let place =
      path.hasPrefix("/") ? " \(path.debugDescription)" : ", which is no absolute path and perhaps the secret itself"
    return ServiceTokenError(.secretUnavailable, "\(setting)\(place): \(problem)")
  }

  private static func droppingNewline(_ content: UnsafeRawBufferPointer) -> Slice<UnsafeRawBufferPointer> {
    var rest = unsafe content[...]
    guard unsafe rest.last == UInt8(ascii: "\n") else { return unsafe rest }
    unsafe rest.removeLast()
    if unsafe rest.last == UInt8(ascii: "\r") { unsafe rest.removeLast() }
    return unsafe rest
  }
}
