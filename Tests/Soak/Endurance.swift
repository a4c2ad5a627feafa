#if Curl
  import Foundation
  import ServiceTokenClient
  import ServiceTokenCurl
  import ServiceTokenDomain
  import ServiceTokenPorts
  import ServiceTokenSystemClock

  /// Calls through the whole client, over connections that the server closes at random: each ends, and at the end the
  /// process holds what it held at the beginning.
  enum Endurance {
    private static let callers = 64

    static func run(_ count: Int) async throws -> [String] {
      let server = try UnreliableServer.start()
      let http = CurlHTTP(.init(usesProxyEnvironment: false))
      let client = try client(of: server, over: http)

      // Opens what is opened once, and lets the memory allocator take what it takes.
      var outcome = await call(client, count / 10)
      let before = Figures.now
      report("after \(count / 10) calls: \(before)")
      let began = ContinuousClock.now
      for part in 1...4 {
        outcome += await call(client, count / 4)
        report("after \(count / 10 + part * (count / 4)) calls: \(Figures.now)")
      }
      let took = began.duration(to: .now)
      await http.shutdown()
      try server.stop()
      let after = Figures.now
      report("shut down: \(after)")
      let rate = Int(Double(count / 4 * 4) / (took / .seconds(1)))
      report("\(outcome.answered) answered, \(outcome.failed) failed after all attempts, \(rate) calls/s")

      var problems = outcome.surprises.map { "a call ended with \($0)" }
      if outcome.failed * 10 > outcome.answered { problems.append("more calls failed than chance allows") }
      if after.descriptors > before.descriptors { problems.append("descriptors are left: \(before) → \(after)") }
      if after.threads > before.threads { problems.append("threads are left: \(before) → \(after)") }
      if after.resident > before.resident + 4 << 20 { problems.append("memory grew: \(before) → \(after)") }
      return problems
    }

    private struct Outcome {
      var answered = 0
      var failed = 0
      var surprises: Set<String> = []

      static func += (left: inout Outcome, right: Outcome) {
        left.answered += right.answered
        left.failed += right.failed
        left.surprises.formUnion(right.surprises)
      }
    }

    private static func call(_ client: ServiceTokenClient, _ count: Int) async -> Outcome {
      await withTaskGroup(of: Outcome.self) { group in
        for caller in 0..<callers {
          group.addTask {
            var outcome = Outcome()
            for number in 0..<count / callers + (caller < count % callers ? 1 : 0) {
              do {
                let request = DownloadRequest(tenantID: "t", userID: "u", objectKey: "\(caller)/\(number)")
                _ = try await client.downloadToken(for: request)
                outcome.answered += 1
              } catch let error as ServiceTokenError where error.code.publicCode == "mc_token_unavailable" {
                outcome.failed += 1
              } catch let error as ServiceTokenError where error.code == .idpUnavailable {
                outcome.failed += 1
              } catch {
                outcome.surprises.insert("\(error)")
              }
            }
            return outcome
          }
        }
        return await group.reduce(into: Outcome()) { $0 += $1 }
      }
    }

    private static func client(of server: UnreliableServer, over http: any Ports.HTTP) throws -> ServiceTokenClient {
      var configuration = try ServiceTokenClient.Configuration(issuer: server.url, clientID: "soak")
      // Attempts at once: it is the network that is to be worn out, not the reader's patience.
      let policy = RetryPolicy(initialBackoff: .zero)
      configuration.serviceTokenEndpoint = ServiceTokenEndpoint(retryPolicy: policy)
      configuration.delegatedDownloadEndpoint = DelegatedDownloadEndpoint(retryPolicy: policy)
      return ServiceTokenClient(
        configuration: configuration, http: http, secrets: Secret("soak"), clock: SystemClock(), logger: NoLog())
    }
  }

  private struct NoLog: Ports.Logger {
    func log(_ event: LogEvent) {}
  }
#endif
