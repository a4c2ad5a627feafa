import Dispatch
import ServiceTokenInMemory
import ServiceTokens
import Testing

@testable import service_token

@Suite("Doctor: name and connection, by facts alone", .timeLimit(.minutes(1)))
struct NetworkChecksTests {
  private func server(_ url: String) throws -> ServerAddress {
    ServerAddress(of: try BaseURL(url, setting: "MC_ISSUER", allowingPlainHTTP: ["a.example"]))
  }

  private func route(_ url: String = "https://a.example", _ variables: [String: String] = [:]) throws -> Route {
    Route(to: try server(url), EnvironmentVariables(variables))
  }

  @Test(
    "Doctor: scheme, host and port of an issuer",
    arguments: [
      ("https://a.example", true, "a.example", 443), ("http://a.example/x", false, "a.example", 80),
      ("https://A.Example:8443/x:1", true, "a.example", 8443), ("https://[::1]", true, "::1", 443),
      ("https://[::1]:8443/x", true, "::1", 8443), ("http://127.0.0.1:65535", false, "127.0.0.1", 65535),
    ] as [(String, Bool, String, UInt16)])
  func addresses(url: String, isTLS: Bool, host: String, port: UInt16) throws {
    let address = try server(url)
    #expect(address.isTLS == isTLS)
    #expect(address.host == host)
    #expect(address.port == port)
  }

  @Test(
    "C5: the proxy that libcurl takes is the one that is looked at, and its password is not",
    arguments: [
      (["HTTPS_PROXY": "http://p.example:3128"], "HTTPS_PROXY p.example 3128"),
      (["https_proxy": "p.example:1", "HTTPS_PROXY": "http://q.example:3128"], "https_proxy p.example 1"),
      (["ALL_PROXY": "socks5://p.example"], "ALL_PROXY p.example 1080"),
      (["HTTPS_PROXY": "https://p.example"], "HTTPS_PROXY p.example 443"),
      (["HTTPS_PROXY": "http://me:pw@p.example:3128/"], "HTTPS_PROXY p.example 3128"),
      (["HTTPS_PROXY": "http://[fd00::1]:3128"], "HTTPS_PROXY fd00::1 3128"),
      (["HTTPS_PROXY": "http://a/b@p.example:1"], nil), (["HTTPS_PROXY": "a/b@p.example:1"], nil),
      (["HTTPS_PROXY": ""], nil), (["HTTP_PROXY": "p.example:1"], nil), (["http_proxy": "p.example:1"], nil),
      (["HTTPS_PROXY": "p:1", "NO_PROXY": "b.example, a.example"], nil),
      (["HTTPS_PROXY": "p:1", "NO_PROXY": ".example"], nil), (["HTTPS_PROXY": "p:1", "NO_PROXY": "*"], nil),
      (["HTTPS_PROXY": "p:1", "NO_PROXY": "example"], nil),
      (["HTTPS_PROXY": "p:1", "NO_PROXY": "xample"], "HTTPS_PROXY p 1"),
      (["HTTPS_PROXY": "p:1", "NO_PROXY": "sub.a.example"], "HTTPS_PROXY p 1"),
    ] as [([String: String], String?)])
  func proxies(variables: [String: String], expected: String?) throws {
    let proxy = try route("https://a.example", variables).proxy
    #expect(proxy.map { "\($0.variable) \($0.address.host) \($0.address.port)" } == expected)
  }

  @Test("C5: plain http has a variable of its own, and loopback no proxy")
  func proxyOfPlainHTTP() throws {
    #expect(try route("http://a.example", ["http_proxy": "p:1", "HTTPS_PROXY": "q:1"]).next.host == "p")
    for loopback in ["https://localhost", "https://127.0.0.9", "https://[::1]"] {
      #expect(try route(loopback, ["HTTPS_PROXY": "p:1", "ALL_PROXY": "p:1"]).proxy == nil)
    }
  }

  @Test("Doctor: a name with addresses is well; one without is a failure that leads to the setting")
  func names() throws {
    let direct = try route()
    #expect(Resolution.addresses(["192.0.2.1"]).finding(of: direct) == .ok(.name, "resolved", "a.example is 192.0.2.1"))
    for resolution in [Resolution.failed("Name or service not known"), .addresses([])] {
      let finding = resolution.finding(of: direct)
      #expect(finding.name == "not_resolved" && finding.exitCode == .unavailable)
      #expect(finding.saw.hasPrefix("a.example: ") && finding.advice?.contains("MC_ISSUER") == true)
    }
    let proxied = try route("https://a.example", ["HTTPS_PROXY": "p.example:1"])
    let finding = Resolution.failed("no").finding(of: proxied)
    #expect(finding.saw.contains("p.example") && finding.advice?.contains("HTTPS_PROXY") == true)
  }

  @Test(
    "Doctor: one address that connects is enough, one that does not is warned of, none is a failure",
    arguments: [
      ([.connected(after: .milliseconds(3))], "connected", .ok, nil),
      ([.refused, .connected(after: .zero)], "connected_in_part", .warning, "address"),
      ([.refused], "not_connected", .failure(.unavailable), "Nobody listens"),
      ([.timedOut], "not_connected", .failure(.unavailable), "firewall"),
      ([.failed("No route to host"), .timedOut], "not_connected", .failure(.unavailable), "firewall"),
      ([.timedOut, .refused], "not_connected", .failure(.unavailable), "Nobody listens"),
    ] as [([ConnectionAttempt.Outcome], String, service_token.Finding.Grade, String?)])
  func connections(
    outcomes: [ConnectionAttempt.Outcome], name: String, grade: service_token.Finding.Grade, advice: String?
  ) throws {
    let attempts = outcomes.map { ConnectionAttempt(address: "192.0.2.1", outcome: $0) }
    let finding = ConnectionAttempt.finding(attempts, of: try route())
    #expect(finding.name == name && finding.grade == grade)
    #expect(finding.saw.contains("192.0.2.1") && finding.saw.contains("port 443"))
    #expect(advice.map { finding.advice?.contains($0) == true } ?? (finding.advice == nil))
  }

  @Test("Doctor: real sockets tell a port that takes connections from one that refuses them, side by side")
  func sockets() throws {
    let server = try LoopbackServer { _ in .answer(200) }
    let open = systemConnections(to: [server.host], port: server.port, within: .seconds(5))
    guard case .connected = try #require(open.first).outcome else {
      Issue.record("not connected: \(open)")
      return
    }
    server.stop()
    let closed = systemConnections(to: [server.host, server.host], port: server.port, within: .seconds(5))
    #expect(closed == Array(repeating: ConnectionAttempt(address: server.host, outcome: .refused), count: 2))
    #expect(systemConnections(to: [], port: 1, within: .seconds(5)).isEmpty)
  }

  @Test("Doctor: real names are looked up as transports do")
  func lookUp() {
    #expect(systemResolution(of: "127.0.0.9") == .addresses(["127.0.0.9"]))
    guard case .addresses(let loopback) = systemResolution(of: "localhost") else {
      Issue.record("localhost has no address")
      return
    }
    #expect(loopback.contains("127.0.0.1") || loopback.contains("::1"))
    // An empty label is in no DNS, so nothing is asked.
    guard case .failed(let reason) = systemResolution(of: "a..example") else {
      Issue.record("a name that cannot be has an address")
      return
    }
    #expect(!reason.isEmpty)
  }

  @Test("Doctor: who is cancelled while something blocks leaves at once, before and meanwhile")
  func cancelled() async {
    let isOver = DispatchSemaphore(value: 0)
    let blocked = Task { try await onThreadOfItsOwn { isOver.wait() } }
    blocked.cancel()
    await #expect(throws: CancellationError.self) { try await blocked.value }
    isOver.signal()
    let early = Task {
      unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
      return try await onThreadOfItsOwn { 1 }
    }
    await #expect(throws: CancellationError.self) { try await early.value }
  }

  @Test("Doctor: what a thread returns comes back")
  func returned() async throws {
    #expect(try await onThreadOfItsOwn { 7 } == 7)
  }
}
