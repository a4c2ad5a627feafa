#if Curl
  import ServiceTokenCurl
  import ServiceTokenDomain

  /// The transport's thread sleeps while nothing happens: with no request, and with one that is not answered.
  enum Idleness {
    static func watch(for time: Duration) async throws -> [String] {
      let server = try UnreliableServer.start()
      let http = CurlHTTP(.init(usesProxyEnvironment: false))
      let request = HTTPRequest(method: "POST", url: "\(server.url)/silent/")
      let waiting = Task { try await http.send(request, timeout: .seconds(600)) }
      try await Task.sleep(for: .milliseconds(200))
      let whileWaiting = try await processorTime(over: time)
      waiting.cancel()
      try await Task.sleep(for: .milliseconds(200))
      let whileIdle = try await processorTime(over: time)
      await http.shutdown()
      try server.stop()
      report("processor time in \(time): \(whileWaiting) with a request in flight, \(whileIdle) without")

      let most = time / 50
      return whileWaiting > most || whileIdle > most ? ["the loop does not sleep"] : []
    }

    private static func processorTime(over time: Duration) async throws -> Duration {
      let before = Figures.now.processorTime
      try await Task.sleep(for: time)
      return Figures.now.processorTime - before
    }
  }
#endif
