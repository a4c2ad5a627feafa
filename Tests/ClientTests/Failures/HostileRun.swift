import ServiceTokenClient
import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenPorts
import TestSupport

/// One call of a client against one act: what the caller got, and what the log and the server saw.
struct HostileRun {
  let result: Result<Secret, any Error>
  /// Those of the endpoint that played the act.
  let events: [LogEvent]
  let waits: [Duration]
  let duration: Duration
  let requestCount: Int
  let facts: HostileServer.Facts
  let connectionsElsewhere: Int

  static let token = Canary.token("hostile")

  /// - Parameters:
  ///   - endpoint: at which the act is played.
  ///   - attemptTimeout: how long an attempt may take, in real time. The waits between attempts take none.
  init(
    _ act: HostileServer.Act, at endpoint: EndpointName, over transport: Transport, attemptTimeout: Duration
  ) async throws {
    let server = try HostileServer(token: Self.token, pace: .milliseconds(20))
    let isDownload = endpoint == .delegatedDownload
    var configuration = try ServiceTokenClient.Configuration(
      issuer: isDownload ? server.urlAtDownload(of: act) : server.url(of: act), clientID: "visionA")
    let policy = RetryPolicy(attemptTimeout: attemptTimeout, totalTimeout: .seconds(3600))
    configuration.delegatedDownloadEndpoint.retryPolicy = policy
    // The token for a download is not what the act is about.
    configuration.serviceTokenEndpoint.retryPolicy =
      isDownload ? RetryPolicy(attemptTimeout: .seconds(300), totalTimeout: .seconds(3600)) : policy
    let clock = RecordingClock()
    let logger = RecordingLogger()
    let client = ServiceTokenClient(
      configuration: configuration, http: transport.make(), secrets: Secret(Canary.secret), clock: clock, logger: logger
    )

    let start = ContinuousClock.now
    do {
      result = .success(
        isDownload ? try await client.downloadToken(for: report).value : try await client.token(for: jobs).value)
    } catch {
      result = .failure(error)
    }
    duration = ContinuousClock.now - start
    events = logger.events.filter {
      $0["endpoint"] == .string(endpoint.text) && !$0.name.hasSuffix(LogEvent.Name.ambiguousCredentials.rawValue)
    }
    waits = clock.waits
    facts = server.facts(of: act)
    requestCount = facts.requestCount - (isDownload ? 1 : 0)
    connectionsElsewhere = server.elsewhere.connections
  }

  var error: ServiceTokenError? {
    if case .failure(let error as ServiceTokenError) = result { error } else { nil }
  }

  /// How many attempts the log tells of.
  var loggedAttempts: Int {
    let names = [LogEvent.Name.success, .endpointError, .networkError, .bodyReadFailed].map(\.rawValue)
    return events.count { event in names.contains { event.name.hasSuffix(".\($0)") } }
  }

  /// In the words of the page. How many attempts ran out of their time is not to be seen from here: `timeOuts` says it.
  func inWords(timeOuts: Int) -> Failing {
    Failing(caller: caller, log: log, requests: "\(requestCount)", ends: ends(timeOuts))
  }

  private var caller: String {
    switch result {
    case .success(let secret):
      let isOurs = secret.expose().hasPrefix(Self.token) && !secret.expose().contains("forged")
      return isOurs ? "a token" : "a token that is not ours"
    case .failure(let error as ServiceTokenError):
      let status = error.status.map { " \($0)" } ?? ""
      let retryAfter = error.retryAfter.map { ", retry after \($0.components.seconds) s" } ?? ""
      return "\(error.code)\(status)\(retryAfter)"
    case .failure(let error): return "\(type(of: error))"
    }
  }

  private var log: String {
    var runs: [(name: String, count: Int)] = []
    for event in events {
      let name = String(event.name.dropFirst("conversion.mc_token.".count))
      if runs.last?.name == name { runs[runs.count - 1].count += 1 } else { runs.append((name, 1)) }
    }
    return runs.map { $0.count == 1 ? $0.name : "\($0.name) × \($0.count)" }.joined(separator: ", ")
  }

  private func ends(_ timeOuts: Int) -> String {
    let waiting = waits.map { "\($0.components.seconds)" }.joined(separator: " + ")
    let parts = (timeOuts > 0 ? ["\(timeOuts) × 10 s"] : []) + (waits.isEmpty ? [] : ["waits \(waiting) s"])
    return parts.isEmpty ? "at once" : parts.joined(separator: ", ")
  }
}

/// A clock on which every wait is over at once, and time has passed all the same.
private final class RecordingClock: Ports.Clock {
  private let clock = ManualClock()
  private let recorded = Locked([Duration]())

  var waits: [Duration] { recorded.withLock { $0 } }

  func now() -> Reading { clock.now() }

  func sleep(for duration: Duration) async throws {
    try Task.checkCancellation()
    recorded.withLock { $0.append(duration) }
    clock.advance(by: max(.zero, duration))
  }
}
