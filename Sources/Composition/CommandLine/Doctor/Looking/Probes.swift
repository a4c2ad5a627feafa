/// How the doctor looks at the machine and its network, but for HTTP and TLS, which are the transport's. A test brings
/// its own.
///
/// The asynchronous ones throw `CancellationError` and nothing else.
struct Probes: Sendable {
  /// The permissions of the file at a path, where there is one.
  var mode: @Sendable (String) -> FileMode?
  /// The addresses of a host.
  var resolve: @Sendable (_ host: String) async throws -> Resolution
  /// Whether these addresses take a connection on a port; all are tried at once, and none for longer than five seconds.
  var connect: @Sendable (_ addresses: [String], _ port: UInt16) async throws -> [ConnectionAttempt]

  static let system = Probes(
    mode: { systemMode(of: $0) },
    resolve: { host in try await onThreadOfItsOwn { systemResolution(of: host) } },
    connect: { addresses, port in
      try await onThreadOfItsOwn { systemConnections(to: addresses, port: port, within: .seconds(5)) }
    })
}
