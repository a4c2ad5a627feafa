import ServiceTokenClient
import ServiceTokenDomain
import ServiceTokenEnvironment
import ServiceTokenPorts
import ServiceTokens

extension Target {
  /// The variables of a live client (SPEC C1, C4), one in a line, `MC_ISSUER=…`: what is taken is safe to send a secret to,
  /// and no error shows a value.
  static let environment = Target("environment") { input in
    var variables: [String: String] = [:]
    for line in input.lines(12) {
      let parts = line.utf8.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { continue }
      variables[String(decoding: Array(parts[0]), as: UTF8.self)] = String(decoding: Array(parts[1]), as: UTF8.self)
    }
    func filled(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }
    do {
      let client = try ServiceTokenClient.live(
        environment: EnvironmentVariables(variables), transport: .custom(Nobody()), clock: Stopped(), logger: Silent())
      hold((filled("MC_CLIENT_SECRET") == nil) != (filled("MC_CLIENT_SECRET_FILE") == nil), "one source of the secret")
      hold(client.configuration.clientID == filled("MC_CLIENT_ID"), "the client id is taken as it is")
      hold(filled("MC_CA_FILE") == nil, "a CA file is refused, for nobody would mind it")
      hold(
        client.configuration.clientAuthentication.rawValue == filled("MC_CLIENT_AUTH") ?? "basic-raw",
        "client authentication is one of those that there are")
      let hosts = filled("MC_ALLOW_HTTP_HOSTS")?.split { $0 == "," || $0.isWhitespace }.map(String.init) ?? []
      let issuer = try? BaseURL(filled("MC_ISSUER") ?? "", setting: "MC_ISSUER", allowingPlainHTTP: hosts)
      hold(issuer == client.configuration.issuer, "the issuer is what the vocabulary makes of it")
      hold(hosts.allSatisfy { !$0.contains("/") }, "hosts are hosts alone")
      // A client shows for whom it is and where it asks.
      if ![client.configuration.clientID, client.configuration.issuer.text].contains(where: {
        $0.contains(Input.canary)
      }) {
        input.expectHidden(in: client)
      }
    } catch {
      hold((error as? ServiceTokenError)?.code == .invalidConfiguration, "it is an error of configuration: \(error)")
      hold("\(error)".contains("MC_"), "an error names the variable: \(error)")
      input.expectHidden(in: error)
    }
  }
}

/// The world of a client that is only made.
private struct Nobody: Ports.HTTP {
  func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse { throw TransportFailure(.connect) }
}

private struct Stopped: Ports.Clock {
  func now() -> Reading { Reading(monotonic: 0, wall: 0) }
  func sleep(for duration: Duration) async throws {}
}

private struct Silent: Ports.Logger {
  func log(_ event: LogEvent) {}
}
