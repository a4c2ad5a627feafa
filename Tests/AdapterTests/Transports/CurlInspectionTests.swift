#if Curl && os(Linux)
  import Foundation
  import ServiceTokenCurl
  import ServiceTokenDomain
  import ServiceTokenInMemory
  import Testing

  /// What can be shown of it without a server that speaks TLS; Tests/Doctor/run shows the rest.
  @Suite("libcurl, looking at a server", .timeLimit(.minutes(1)))
  struct CurlInspectionTests {
    @Test("Inspection: it connects, hangs up, and sends nothing, verifying or not", arguments: [true, false])
    func connects(verifying: Bool) async throws {
      let server = try LoopbackServer { _ in .answer(200) }
      let inspection = await inspection(of: server.url, verifying: verifying)
      #expect(inspection.failure == nil)
      #expect(inspection.certificates.isEmpty)
      // The server may take a connection only after its client has hung up.
      await server.until { $0.closedByClient.count == 1 }
      #expect(server.facts.connections == 1)
      #expect(server.requests.isEmpty)
    }

    @Test("Inspection: what fails is told as a request's failure is", arguments: [true, false])
    func fails(verifying: Bool) async throws {
      let deaf = try DeafPort()
      #expect(await inspection(of: deaf.url, verifying: verifying).failure?.kind == .connect)
      let server = try LoopbackServer(greeting: .raw("HTTP/1.1 400 No\r\n\r\n")) { _ in .never }
      let plain = await inspection(of: server.url.replacing("http:", with: "https:"), verifying: verifying)
      #expect(plain.failure == TransportFailure(.tls, "the server does not speak TLS there (curl 35)"))
    }

    @Test("Inspection: trusted certificates that cannot be read are told")
    func trust() async throws {
      let server = try LoopbackServer { _ in .never }
      let curl = CurlHTTP(CurlHTTP.Configuration(caFile: "/nowhere/ca.pem"))
      let url = server.url.replacing("http:", with: "https:")
      #expect(await inspection(by: curl, of: url).failure?.kind == .tls)
    }

    private func inspection(
      by curl: CurlHTTP = CurlHTTP(), of url: String, verifying: Bool = true
    ) async -> CurlInspection {
      await withCheckedContinuation { continuation in
        Thread.detachNewThread {
          continuation.resume(returning: curl.inspect(url, timeout: .seconds(30), verifying: verifying))
        }
      }
    }
  }
#endif
