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
  let client: ServiceTokenClient
  private let joined = Joined()

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
    let joined = joined
    client = ServiceTokenClient(
      configuration: configuration, http: http, secrets: secrets, clock: clock, logger: logger,
      waiterJoined: { request, count in joined.note(request, count) })
  }

  init(
    _ replies: [ScriptedHTTP.Reply], clock: ManualClock = ManualClock(),
    change: (inout ServiceTokenClient.Configuration) -> Void = { _ in }
  ) throws {
    try self.init(ScriptedHTTP(replies), clock: clock, change: change)
  }

  /// Returns once `count` wait for `request`, which the observer may not have been told yet.
  func joined(_ count: Int, for request: TokenRequest) async { await joined.reached(count, for: request, of: client) }

  /// Names of the events so far, without their prefix.
  var eventNames: [String] { logger.events.map { String($0.name.dropFirst("conversion.mc_token.".count)) } }
}

/// Callers who begin to wait, for tests to await.
final class Joined: Sendable {
  private struct Listener {
    let request: TokenRequest
    let count: Int
    let continuation: CheckedContinuation<Void, Never>
  }

  private let listeners = Locked([Listener]())

  /// `count` wait for `request` now.
  func note(_ request: TokenRequest, _ count: Int) {
    let met = listeners.withLock { listeners in
      let isMet = { (listener: Listener) in listener.request == request && listener.count <= count }
      defer { listeners.removeAll(where: isMet) }
      return listeners.filter(isMet)
    }
    for listener in met { listener.continuation.resume() }
  }

  /// Returns once `count` wait for `request` at the same time. Those who waited for an earlier fetch are none of them.
  func reached(_ count: Int, for request: TokenRequest, of client: ServiceTokenClient) async {
    defer { ThreadSanitizer.wasResumed() }
    await withCheckedContinuation { continuation in
      listeners.withLock { $0.append(Listener(request: request, count: count, continuation: continuation)) }
      for entry in client.snapshot().entries { note(entry.request, entry.waiters) }
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
