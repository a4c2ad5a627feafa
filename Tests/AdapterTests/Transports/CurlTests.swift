#if Curl && os(Linux)
  import Glibc
  import ServiceTokenCurl
  import ServiceTokenDomain
  import ServiceTokenPorts
  import ServiceTokenInMemory
  import TestSupport
  import Testing

  /// What only libcurl holds. Tests that look at the whole process, its descriptors or its environment, run in one of
  /// their own.
  @Suite("libcurl", .timeLimit(.minutes(4)))
  struct CurlTests {
    @Test("S12: of 4,000 requests cancelled at random moments none hangs, none crashes, no descriptor is left")
    func randomCancellation() async {
      await #expect(processExitsWith: .success) {
        // The first round opens what the process opens once.
        let first = try await cancelOverFreshCurl(100)
        let before = openChannels()
        let findings = try await cancelOverFreshCurl(4000)
        #expect(openChannels().subtracting(before) == [])
        #expect(first + findings == [])
      }
    }

    @Test("C3: construction opens nothing, and a transport that was never used ends without a trace")
    func construction() async {
      await #expect(processExitsWith: .success) {
        let before = openChannels()
        let http = CurlHTTP()
        #expect(openChannels().subtracting(before) == [])
        await http.shutdown()
        #expect(openChannels().subtracting(before) == [])
      }
    }

    @Test("C5: a proxy of the environment is used, but not for loopback, nor when it is turned off")
    func proxy() async {
      await #expect(processExitsWith: .success) {
        let proxy = try LoopbackServer { _ in .answer(200, body: Array("proxy".utf8)) }
        let server = try LoopbackServer { _ in .answer(200, body: Array("server".utf8)) }
        unsafe setenv("http_proxy", proxy.url, 1)
        unsafe setenv("NO_PROXY", "excepted.invalid", 1)
        let http = CurlHTTP()
        #expect(try await http.send(.post("http://nonexistent.invalid/a"), timeout: ample).body == Array("proxy".utf8))
        #expect(proxy.requests.map(\.target) == ["http://nonexistent.invalid/a"])
        #expect(try await http.failure(of: .post("http://excepted.invalid/"))?.kind == .nameResolution)
        #expect(try await http.send(.post(server.url), timeout: ample).body == Array("server".utf8))
        let direct = CurlHTTP(CurlHTTP.Configuration(usesProxyEnvironment: false))
        #expect(try await direct.failure(of: .post("http://nonexistent.invalid/"))?.kind == .nameResolution)
        #expect(proxy.requests.count == 1)
      }
    }

    @Test("C5: the environment's certificates are taken, and a CA file wins over them")
    func certificates() async {
      await #expect(processExitsWith: .success) {
        let server = try LoopbackServer { _ in .never }
        let request = HTTPRequest.post("https://\(server.host):\(server.port)/")
        // A file that is not there fails before the handshake, which this server would let hang.
        unsafe setenv("SSL_CERT_FILE", "/nonexistent/environment.pem", 1)
        #expect(try await CurlHTTP().failure(of: request)?.kind == .tls)
        unsafe unsetenv("SSL_CERT_FILE")
        let pinned = CurlHTTP(CurlHTTP.Configuration(caFile: "/nonexistent/pinned.pem"))
        #expect(try await pinned.failure(of: request)?.kind == .tls)
        unsafe setenv("SSL_CERT_FILE", "/nonexistent/environment.pem", 1)
        let deaf = CurlHTTP(CurlHTTP.Configuration(usesTrustEnvironment: false))
        #expect(try await deaf.failure(of: request, timeout: .milliseconds(300))?.kind == .timeOut)
      }
    }

    @Test("R6: a handle that is used again goes where its new request says, and back")
    func severalURLs() async throws {
      let servers = try (0..<2).map { number in
        try LoopbackServer { _ in .answer(200, body: Array("\(number)".utf8)) }
      }
      let http = CurlHTTP()
      for (number, path) in [(0, "/a"), (0, "/a"), (1, "/a"), (1, "/b/../c?d"), (0, "/a"), (0, "/e")] {
        let answer = try await http.send(.post(servers[number].url + path), timeout: ample)
        #expect(answer.body == Array("\(number)".utf8))
      }
      #expect(servers[0].requests.map(\.target) == ["/a", "/a", "/a", "/e"])
      #expect(servers[1].requests.map(\.target) == ["/a", "/b/../c?d"])
    }

    @Test("R6: a handle that is used again has the method of its new request, and no other")
    func severalMethods() async throws {
      let server = try LoopbackServer { _ in .answer(200) }
      let http = CurlHTTP()
      let methods = ["PURGE", "POST", "PURGE", "GET", "PUT", "POST", "HEAD", "POST", "DELETE", "GET", "HEAD", "PUT"]
      for method in methods {
        _ = try await http.send(HTTPRequest(method: method, url: server.url), timeout: ample)
      }
      #expect(server.requests.map(\.method) == methods)
    }

    @Test(
      "S2: every field goes out as it is, once and in its place, the type of a form too, which libcurl knows itself",
      arguments: [
        [("Accept", "a/b"), ("Authorization", "Basic x"), ("Content-Type", "application/x-www-form-urlencoded")],
        [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "a/b")],
        [("Content-Type", "text/plain"), ("Content-Type", "application/x-www-form-urlencoded")],
        [("content-type", "application/x-www-form-urlencoded")],
        [("Content-Type", "application/json")], [("Expect", "")], [("X-A", "1"), ("X-A", "2")], [],
      ])
    func fields(_ given: [(String, String)]) async throws {
      let server = try LoopbackServer { _ in .answer(200) }
      let http = CurlHTTP()
      let headers = HTTPHeaders(given.map { HTTPHeaders.Field(name: $0.0, value: $0.1) })
      for (method, size) in [("POST", 0), ("POST", 3), ("PUT", 3), ("GET", 0), ("HEAD", 0), ("POST", 2_000_000)] {
        let body = [UInt8](repeating: UInt8(ascii: "a"), count: size)
        _ = try await http.send(
          HTTPRequest(method: method, url: server.url, headers: headers, body: body), timeout: ample)
      }
      for request in server.requests {
        let own = request.headers.filter { !["host", "content-length"].contains($0.name.lowercased()) }
        #expect(own.map(\.name) == given.map(\.0), "\(request.method)")
        #expect(own.map(\.value) == given.map(\.1), "\(request.method)")
      }
      #expect(server.requests.count == 6)
    }

    @Test("C4: a URL with a user in it, of another scheme, or that is none, is refused, and the next request goes out")
    func refusedURLs() async throws {
      let server = try LoopbackServer { _ in .answer(200) }
      let http = CurlHTTP()
      let address = "\(server.host):\(server.port)"
      let refused: [(String, TransportFailure.Kind)] = [
        ("http://user:password@\(address)/", .other), ("ftp://\(address)/", .malformed), ("http://[", .other),
      ]
      for (url, kind) in refused {
        #expect(try await http.failure(of: .post(url))?.kind == kind)
        #expect(try await http.send(.post(server.url), timeout: ample).status == 200)
      }
      #expect(server.requests.count == 3)
    }

    @Test("C2: with a limit of connections requests wait for one, and their deadline runs meanwhile")
    func connectionLimit() async throws {
      let gate = LoopbackServer.Gate()
      let server = try LoopbackServer { _ in .answer(200).after(gate) }
      let http = CurlHTTP(CurlHTTP.Configuration(connectionsPerHost: 1))
      async let first = http.send(.post(server.url), timeout: ample)
      await server.requestsReached(1)
      #expect(try await http.failure(of: .post(server.url), timeout: .milliseconds(300))?.kind == .timeOut)
      async let second = http.send(.post(server.url), timeout: ample)
      gate.open()
      #expect(try await [first.status, second.status] == [200, 200])
      #expect(server.facts.connections == 1)
    }

    @Test("R2: no protocol but http and https is spoken", arguments: ["file:///etc/hostname", "ftp://127.0.0.1/"])
    func protocols(url: String) async throws {
      let failure = try await CurlHTTP().failure(of: HTTPRequest(method: "GET", url: url))
      #expect(failure?.kind == .malformed)
    }

    @Test(
      "R2: a head that is too long is malformed, whether it is one line or many",
      arguments: ["endless-status-line", "endless-field", "endless-fields", "endless-interim"])
    func endlessHead(act: String) async throws {
      let server = try HostileServer()
      #expect(try await CurlHTTP().failure(of: .post(server.url(of: act)))?.kind == .malformed)
    }

    @Test(
      "R2, S4: a length that is none, or two that differ, make an answer malformed (RFC 9112 §6.3)",
      arguments: ["length-negative", "length-garbage", "length-overflow", "two-lengths"])
    func oddLength(act: String) async throws {
      let server = try HostileServer()
      #expect(try await CurlHTTP().failure(of: .post(server.url(of: act)))?.kind == .malformed)
    }

    @Test("R2, S4: a length is digits and nothing else (RFC 9110 §8.6)", arguments: ["+3", "3,", "3, 4", "3 3"])
    func noLength(_ length: String) async throws {
      let server = try LoopbackServer { _ in .raw("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\nabc") }
      #expect(try await CurlHTTP().failure(of: .post(server.url))?.kind == .malformed)
    }

    @Test("S4: one length said twice is one length (RFC 9110 §8.6)")
    func sameLengths() async throws {
      let server = try LoopbackServer { _ in
        .raw("HTTP/1.1 200 OK\r\nContent-Length: 3\r\ncontent-length:  3 \r\n\r\nabc")
      }
      #expect(try await CurlHTTP().send(.post(server.url), timeout: ample).body == Array("abc".utf8))
    }

    @Test("C4: user-info in a URL is not used")
    func userInfo() async throws {
      let server = try LoopbackServer { _ in .answer(200) }
      let url = "http://me:canary-token-1@\(server.host):\(server.port)/"
      let failure = try #require(try await CurlHTTP().failure(of: HTTPRequest(method: "GET", url: url)))
      #expect(!failure.description.contains("canary"))
      #expect(server.facts.connections == 0)
    }

    @Test("S10: a transport that is shut down answers who waits, and takes no more")
    func shutdown() async throws {
      let gate = LoopbackServer.Gate()
      let server = try LoopbackServer { _ in .ok(json: "{}").after(gate) }
      let http = CurlHTTP()
      let inFlight = (1...10).map { _ in Task { try await http.send(.post(server.url), timeout: ample).status } }
      await server.requestsReached(10)
      // Each runs at once, up to where it has to wait.
      let shutdowns = (1...3).map { _ in Task.immediate { await http.shutdown() } }
      let late = try await http.failure(of: .post(server.url))
      #expect(late?.text == "the transport was shut down")
      gate.open()
      for task in inFlight { #expect(try await task.value == 200) }
      for task in shutdowns { await task.value }
      await server.clientsGone()
    }

    @Test("C3: a transport that is released closes its kept connections")
    func release() async throws {
      let server = try LoopbackServer { _ in .answer(200) }
      _ = try await CurlHTTP().send(.post(server.url), timeout: ample)
      await server.clientsGone()
      #expect(server.facts.closedByClient == [1])
    }
  }

  private func cancelOverFreshCurl(_ count: Int) async throws -> [String] {
    let http = CurlHTTP()
    let findings = try await cancelAtRandom(count, over: http)
    await http.shutdown()
    return findings
  }

  /// The sockets and pipes of the process. The test library opens and closes files of its own meanwhile, and what it
  /// closes does not matter here: compare for what is new.
  private func openChannels() -> Set<String> {
    let links = (Int32(0)..<4096).compactMap { descriptor -> String? in
      var target = [CChar](repeating: 0, count: 256)
      let length = unsafe readlink("/proc/self/fd/\(descriptor)", &target, target.count)
      return length > 0 ? String(decoding: target[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }
    return Set(links.filter { $0.hasPrefix("socket:") || $0.hasPrefix("pipe:") })
  }
#endif
