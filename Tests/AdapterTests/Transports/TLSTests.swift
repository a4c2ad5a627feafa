#if Curl && os(Linux)
  import Foundation
  import Glibc
  import ServiceTokenCurl
  import ServiceTokenDomain
  import ServiceTokenPorts
  import TestSupport
  import Testing

  /// What can be shown of TLS without a server that speaks it; Tests/TLS/run shows the rest.
  @Suite("libcurl and TLS", .timeLimit(.minutes(4)))
  struct TLSTests {
    @Test(
      "R2: what a server refuses in TLS is told in words of our own",
      arguments: [
        // RFC 8446 §6.2.
        (40, "the server refused the handshake: it wants a client certificate, or other ciphers"),
        (41, "the server wants a client certificate"), (42, "the server refused the client's certificate"),
        (43, "the server refused the client's certificate"),
        (44, "the server refused the client's certificate: revoked"),
        (45, "the server refused the client's certificate: expired"),
        (46, "the server refused the client's certificate"),
        (48, "the server refused the client's certificate: from an authority unknown to it"),
        (49, "the server refused the client's certificate"), (51, "the server refused the client's certificate"),
        (70, "no protocol version in common; it takes TLS 1.2 at least"),
        (71, "the server asks for stronger ciphers"), (80, "the TLS handshake failed"),
        (112, "the server does not know the name"), (116, "the server wants a client certificate"),
      ])
    func alerts(number: UInt8, words: String) async throws {
      let server = try RawServer(answering: [0x15, 3, 3, 0, 2, 2, number])
      let failure = try await CurlHTTP().failure(of: .post(server.url))
      // Two of them libcurl has numbers for.
      let code = [45: 60, 116: 98][number] ?? 35
      #expect(failure == TransportFailure(.tls, "\(words) (curl \(code))"))
    }

    @Test("R2: a server that speaks no TLS is told, and nothing of what it says")
    func plainText() async throws {
      let server = try RawServer(answering: Array("HTTP/1.1 400 canary-token-plain\r\n\r\n".utf8))
      let failure = try await CurlHTTP().failure(of: .post(server.url))
      #expect(failure == TransportFailure(.tls, "the server does not speak TLS there (curl 35)"))
    }

    @Test("R2: a connection that ends during the handshake is one that broke off")
    func hangUp() async throws {
      let server = try RawServer(answering: [])
      let failure = try await CurlHTTP().failure(of: .post(server.url))
      #expect(failure == TransportFailure(.brokenOff, "the connection ended during the TLS handshake (curl 35)"))
    }

    @Test("R2: certificates and keys that cannot be read are told, and their paths are not")
    func unreadable() async throws {
      let server = try RawServer(answering: [])
      let trust = "the file or directory of trusted certificates cannot be read, or holds none (curl 77)"
      let client = "the client's certificate and key cannot be read, or do not belong together (curl 58)"
      for (configuration, words) in [
        (CurlHTTP.Configuration(caFile: "/nowhere/canary-token-1"), trust),
        (CurlHTTP.Configuration(caDirectory: "/etc", clientCertificateFile: "/nowhere/canary-token-2"), client),
        (
          CurlHTTP.Configuration(clientCertificateFile: "/etc/hostname", clientKeyFile: "/nowhere/canary-token-3"),
          client
        ),
      ] {
        let failure = try await CurlHTTP(configuration).failure(of: .post(server.url))
        #expect(failure == TransportFailure(.tls, words))
      }
    }
  }

  /// A server that takes what a client says first, answers with the same bytes every time, and hangs up.
  private final class RawServer: Sendable {
    let url: String
    private let socket: Int32

    init(answering bytes: [UInt8]) throws {
      let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
          unsafe bind(socket, name, size) == 0 && listen(socket, 16) == 0 && getsockname(socket, name, &size) == 0
        }
      }
      try #require(isBound)
      self.socket = socket
      url = "https://127.0.0.1:\(UInt16(bigEndian: address.sin_port))/"
      Thread.detachNewThread {
        while true {
          let client = accept(socket, nil, nil)
          guard client >= 0 else { break }
          var buffer = [UInt8](repeating: 0, count: 4096)
          _ = unsafe recv(client, &buffer, buffer.count, 0)
          _ = unsafe send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
          // Read to the end, because closing before would reset the connection and take the answer away.
          shutdown(client, Int32(SHUT_WR))
          while unsafe recv(client, &buffer, buffer.count, 0) > 0 {}
          close(client)
        }
        // Here and nowhere else: closed under this thread's hands, its number would be another server's, to be accepted from.
        close(socket)
      }
    }

    deinit { shutdown(socket, Int32(SHUT_RDWR)) }
  }
#endif
