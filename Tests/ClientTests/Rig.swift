import ServiceTokenClient
import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenPorts
import TestSupport

/// A client with every part in the test's hand.
struct Rig: Sendable {
  let clock: ManualClock
  let http: ScriptedHTTP
  let logger = RecordingLogger()
  let secrets = InMemorySecretSource(Secret(Canary.secret))
  let waiters = Joined()
  let client: ServiceTokenClient

  /// `change` sees the configuration before the client is made.
  init(
    _ http: ScriptedHTTP, clock: ManualClock = ManualClock(),
    change: (inout ServiceTokenClient.Configuration) -> Void = { _ in }
  ) throws {
    self.http = http
    self.clock = clock
    var configuration = try ServiceTokenClient.Configuration(
      issuer: "https://member-center.test/", clientID: "visionA")
    configuration.randomNumber = { 0 }
    change(&configuration)
    let waiters = waiters
    client = ServiceTokenClient(
      configuration: configuration, http: http, secrets: secrets, clock: clock, logger: logger,
      waiterJoined: { request, count in waiters.note(request, count) })
  }

  init(
    _ replies: [ScriptedHTTP.Reply], clock: ManualClock = ManualClock(),
    change: (inout ServiceTokenClient.Configuration) -> Void = { _ in }
  ) throws {
    try self.init(ScriptedHTTP(replies), clock: clock, change: change)
  }

  /// Names of the events so far, without their prefix.
  var eventNames: [String] { logger.events.map { String($0.name.dropFirst("conversion.mc_token.".count)) } }
}

/// Who has begun to wait, for tests to await.
final class Joined: Sendable {
  private struct State {
    var counts: [TokenRequest: Int] = [:]
    var listeners: [(request: TokenRequest, count: Int, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Locked(State())

  func note(_ request: TokenRequest, _ count: Int) {
    let met = state.withLock { state in
      state.counts[request] = max(count, state.counts[request] ?? 0)
      let met = state.listeners.filter { $0.request == request && $0.count <= count }
      state.listeners.removeAll { $0.request == request && $0.count <= count }
      return met
    }
    for listener in met { listener.continuation.resume() }
  }

  /// Returns once `count` have waited for `request` at the same time.
  func reached(_ count: Int, for request: TokenRequest) async {
    await withCheckedContinuation { continuation in
      let isMet = state.withLock { state in
        if state.counts[request] ?? 0 >= count { return true }
        state.listeners.append((request, count, continuation))
        return false
      }
      if isMet { continuation.resume() }
    }
  }
}

extension HTTPResponse {
  /// A token answer.
  static func token(_ name: some CustomStringConvertible, expiresIn: Int = 3600) -> HTTPResponse {
    HTTPResponse(
      status: 200,
      body: Array(
        #"{"access_token":"\#(Canary.token(name))","token_type":"Bearer","expires_in":\#(expiresIn)}"#.utf8))
  }

  /// A download token answer.
  static func download(_ name: some CustomStringConvertible) -> HTTPResponse {
    HTTPResponse(
      status: 200, body: Array(#"{"token":"\#(Canary.token(name))","expires_at":"2026-11-24T01:00:00Z"}"#.utf8))
  }
}

extension AccessToken {
  /// Which token of the test it is.
  var name: String { String(value.expose().dropFirst(Canary.tokenPrefix.count)) }
}

// `try!` where what is tried is a literal that is right: there is nothing that a test could do about it.
let jobs = TokenRequest(scope: try! Scope("converter:job.write converter:job.read"))
let files = TokenRequest(scope: try! Scope("files:download.read"))
let delegation = TokenRequest(scope: try! Scope("files:download.delegate"))
let report = DownloadRequest(tenantID: "t1", userID: "u1", objectKey: "users/42/report.pdf")
