#if Curl
  import ServiceTokenCurl
  import ServiceTokenDomain

  /// Requests in flight that are all cancelled at once: their callers return within a second, no descriptor is left.
  enum Cancellation {
    static func run(_ count: Int) async throws -> [String] {
      let server = try UnreliableServer.start()
      // The first sleep starts the thread that ends all sleeps, with descriptors of its own.
      try await Task.sleep(for: .milliseconds(1))
      let before = Figures.now
      let http = CurlHTTP(.init(usesProxyEnvironment: false))
      let request = HTTPRequest(method: "POST", url: "\(server.url)/silent/", body: Array("soak".utf8))
      let tasks = (0..<count).map { _ in Task { try await http.send(request, timeout: .seconds(600)) } }
      while Figures.now.descriptors < before.descriptors + count { try await Task.sleep(for: .milliseconds(20)) }
      report("\(count) requests in flight: \(Figures.now)")

      let began = ContinuousClock.now
      for task in tasks { task.cancel() }
      var others = 0
      for task in tasks {
        do {
          _ = try await task.value
          others += 1
        } catch is CancellationError {} catch { others += 1 }
      }
      let returned = began.duration(to: .now)
      await http.shutdown()
      let closed = began.duration(to: .now)
      let after = Figures.now
      try server.stop()
      report("all cancelled: the last caller returned after \(returned), the last connection closed after \(closed)")
      report("shut down: \(after)")

      var problems: [String] = []
      if others > 0 { problems.append("\(others) callers got something else than the cancellation") }
      if returned > .seconds(1) { problems.append("the last caller returned after \(returned)") }
      if after.descriptors > before.descriptors { problems.append("descriptors are left: \(before) → \(after)") }
      return problems
    }
  }
#endif
