/// What measurements share: the server, which is started when the first of them asks for it.
@MainActor
final class Bench {
  let options: Options
  private var server: ServerProcess?

  init(_ options: Options) throws { self.options = options }

  /// The base URL of a server that answers `delay` milliseconds late with tokens that live `life` seconds.
  func issuer(delay: Int = 0, life: Int = Fixture.longLife) throws -> String {
    "\(try serverURL())/\(delay)/\(life)"
  }

  private func serverURL() throws -> String {
    if let issuer = options.issuer { return issuer }
    if let server { return server.url }
    let started = try ServerProcess.start()
    server = started
    return started.url
  }
}
