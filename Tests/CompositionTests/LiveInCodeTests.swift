import ServiceTokenInMemory
import ServiceTokens
import TestSupport
import Testing

@Suite("Live client in code")
struct LiveInCodeTests {
  @Test("C1: issuer, id and secret are enough, and nothing shows the secret")
  func isConfigured() throws {
    let client = try ServiceTokenClient.live(
      issuer: "https://member-center.example/", clientID: "visionA", clientSecret: Secret(Canary.secret))
    #expect(client.configuration.issuer.text == "https://member-center.example")
    #expect(!Canary.shows(in: client))
  }

  @Test(
    "C4: what is missing or wrong is named by its parameter",
    arguments: [
      ("issuer", "", "visionA", true), ("issuer", "http://a.example", "visionA", true),
      ("clientID", "https://a.example", "", true), ("clientSecret", "https://a.example", "visionA", false),
    ])
  func refuses(parameter: String, issuer: String, clientID: String, hasSecret: Bool) throws {
    let error = try #require(throws: ServiceTokenError.self) {
      _ = try ServiceTokenClient.live(
        issuer: issuer, clientID: clientID, clientSecret: Secret(hasSecret ? Canary.secret : ""))
    }
    #expect(error.code == .invalidConfiguration)
    #expect(error.message.hasPrefix(parameter))
    #expect(!Canary.shows(in: error))
  }

  @Test(
    "C4: a TLS file that cannot be read is named by its parameter",
    arguments: [
      ("tls.caFile", ServiceTokenClient.TLSFiles(caFile: "/nowhere/ca.pem")),
      ("tls.caDirectory", .init(caDirectory: "/nowhere")),
      ("tls.clientCertificateFile", .init(clientCertificateFile: "/nowhere/client.pem")),
      ("tls.clientKeyFile", .init(clientKeyFile: "/nowhere/client.key")),
    ])
  func tlsFiles(parameter: String, files: ServiceTokenClient.TLSFiles) throws {
    for transport in [ServiceTokenClient.Transport.standard, .urlSession, .custom(ScriptedHTTP([]))] {
      let error = try #require(throws: ServiceTokenError.self) {
        _ = try ServiceTokenClient.live(
          issuer: "https://a.example", clientID: "visionA", clientSecret: Secret(Canary.secret), tls: files,
          transport: transport)
      }
      #expect(error.code == .invalidConfiguration)
      #expect(error.message.hasPrefix("\(parameter): "))
      #expect(!error.message.contains("nowhere"))
    }
  }

  @Test("C4: plain http is taken for loopback and the hosts that are named")
  func plainHTTP() throws {
    for issuer in ["http://127.0.0.1:8080", "http://member-center"] {
      _ = try ServiceTokenClient.live(
        issuer: issuer, clientID: "visionA", clientSecret: Secret(Canary.secret), allowingPlainHTTP: ["member-center"])
    }
  }

  @Test("C3: construction sends nothing and asks for no secret")
  func sendsNothing() throws {
    let http = ScriptedHTTP([])
    let secrets = InMemorySecretSource(Secret(Canary.secret))
    _ = try ServiceTokenClient.live(
      issuer: "https://a.example", clientID: "visionA", clientSecret: secrets, transport: .custom(http))
    #expect(http.requests.isEmpty)
    #expect(secrets.reads == 0)
  }
}
