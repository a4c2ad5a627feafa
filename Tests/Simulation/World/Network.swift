import Glibc
import ServiceTokenDomain
import ServiceTokenPorts

/// What lies between the client and Member Center: time, and everything that goes wrong.
final class Network: Ports.HTTP, @unchecked Sendable {
  private struct Delivery {
    let response: HTTPResponse
    var meaning: Meaning
  }

  private let world: World
  private var dice: Dice
  /// While it lasts more goes wrong.
  var isStorm = false

  init(_ world: World, _ dice: Dice) { (self.world, self.dice) = (world, dice) }

  // MARK: - The port

  func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse {
    try await send(request, timeout: timeout, cancelledBy: Ports.Cancellation())
  }

  /// In the calling task, so that nobody gets in between the end of the exchange and what the client makes of it.
  func send(
    _ request: HTTPRequest, timeout: Duration, cancelledBy cancellation: Ports.Cancellation
  ) async throws -> HTTPResponse {
    guard let received = ReceivedRequest(request, world.traits.authentication),
      let exchange = world.observer.sent(received, timeout: timeout)
    else {
      world.observer.violation("the request is one that no endpoint takes")
      throw TransportFailure(.other)
    }
    let parked = Parked<Delivery>()
    let deadline = world.timeline.after(timeout.nanoseconds) { [self] in
      world.tally.count(.timedOut)
      parked.resume(with: .failure(TransportFailure(.timeOut, "simulated")))
    }
    defer { world.timeline.cancel(deadline) }
    begin(received, exchange, timeout, parked)
    do {
      var delivery = try await parked.value(endedBy: cancellation) { [world] in
        world.observer.cancelled(exchange)
        if !world.traits.isDeaf { parked.resume(with: .failure(CancellationError())) }
      }
      // A date counts from when the answer is read.
      delivery.meaning.retryAfter = delivery.meaning.requestedWait?.duration(wall: world.timeline.now.wall)
      world.observer.returned(exchange, .answer(delivery.meaning))
      return delivery.response
    } catch {
      world.observer.returned(exchange, error is CancellationError ? .cancelled : .lost)
      throw error
    }
  }

  // MARK: - An exchange

  private func begin(
    _ request: ReceivedRequest, _ exchange: Exchange, _ timeout: Duration, _ parked: Parked<Delivery>
  ) {
    let isFaulty = !world.isCalm && dice.chance(isStorm ? world.traits.stormFaults : world.traits.faults)
    let fault = isFaulty ? dice.pick(weighted: world.traits.faultKinds) : nil
    if let fault { world.tally.count(.fault(fault)) }
    let (there, back) = (dice.nanoseconds(world.traits.latency), dice.nanoseconds(world.traits.latency))
    world.soon(there / 2) { [self] in
      guard !parked.isOver else { return }
      switch fault {
      case .refused:
        let kind = dice.pick([TransportFailure.Kind.connect, .nameResolution, .tls])
        return parked.resume(with: .failure(TransportFailure(kind, "simulated")))
      case .silence:
        return
      default:
        break
      }
      var answer = world.authority.answer(request)
      if let fault { spoil(&answer, fault, request) }
      world.soon(back / 2) { [self] in
        guard !parked.isOver else { return }
        switch fault {
        case .answerLost:
          parked.resume(with: .failure(TransportFailure(.brokenOff, "simulated")))
        case .slowBody:
          // The head is there; when the time runs out, that is how the answer ends.
          answer.end = .brokenOff(TransportFailure(.timeOut, "simulated"))
          let left = exchange.sentAt.reading.monotonic + timeout.nanoseconds - world.timeline.monotonic
          let slow = answer
          world.timeline.after(max(left - 1, 0)) { [self] in deliver(slow, exchange, parked) }
        default:
          deliver(answer, exchange, parked)
        }
      }
    }
  }

  private func deliver(_ answer: Answer, _ exchange: Exchange, _ parked: Parked<Delivery>) {
    guard !parked.isOver else { return }
    let now = world.timeline.now
    // A status that is not 2xx decides at once, however its body ends.
    let isBroken = if case .brokenOff = answer.end { 200..<300 ~= answer.status } else { false }
    let meaning = Meaning(
      status: answer.status,
      requestedWait: 200..<300 ~= answer.status ? nil : answer.requestedWait,
      oauthError: answer.oauthError, isBroken: isBroken,
      isGood: answer.isGood && answer.end == .complete, issue: answer.issue)
    var response = HTTPResponse(
      status: answer.status, headers: answer.headers, body: Array(answer.body.utf8), end: answer.end)
    if dice.chance(0.5) {
      response.timeToHead = .nanoseconds(now.monotonic - exchange.sentAt.reading.monotonic)
    }
    parked.resume(with: .success(Delivery(response: response, meaning: meaning)))
    world.answerArrived(exchange)
  }

  // MARK: - Faults

  private func spoil(_ answer: inout Answer, _ fault: Fault, _ request: ReceivedRequest) {
    switch fault {
    case .refused, .silence, .answerLost, .slowBody: break
    case .brokenBody:
      answer.end = .brokenOff(TransportFailure(.brokenOff, "simulated"))
      answer.body = String(answer.body.prefix(answer.body.utf8.count / 2))
      answer.oauthError = nil
    case .tooLong:
      answer.end = .tooLong
    case .badBody where answer.isGood:
      answer.isGood = false
      answer.body = dice.pick(badBodies(answer.body))
    case .badBody: break
    case .serverError: answer = failure(dice.pick([500, 502, 504]), request)
    case .odd: answer = failure(dice.pick([520, 599, 600, 700]), request)
    case .busy: answer = asking(failure(503, request))
    case .tooMany: answer = asking(failure(429, request))
    case .timedOutByServer: answer = asking(failure(408, request))
    case .forbidden: answer = .refusal(403, "access_denied")
    case .unauthorized: answer = failure(401, request)
    case .invalidClient: answer = .refusal(400, "invalid_client")
    case .invalidRequest: answer = asking(failure(dice.pick([400, 404, 409, 413, 422]), request))
    case .redirect:
      answer = failure(dice.pick([301, 302, 303, 307, 308, 304]), request)
      answer.headers["Location"] = dice.pick(["/elsewhere?\(echo(request))", "https://\(echo(request))@evil.test/", ""])
    }
  }

  /// An answer that says no more than its status, or shows what was sent.
  private func failure(_ status: Int, _ request: ReceivedRequest) -> Answer {
    var answer = Answer(status: status)
    answer.body = dice.pick([
      "", "<html>\(status)</html>", #"{"error":{"message":"no"}}"#, "{", #"{"error":"\(echo(request))"}"#,
    ])
    return answer
  }

  private func echo(_ request: ReceivedRequest) -> String {
    switch request.content {
    case .token(_, let secret): secret
    case .download(let bearer): bearer
    }
  }

  private func badBodies(_ good: String) -> [String] {
    let token = "\(Authority.tokenMark)-bad"
    return [
      "", "no", "[]", "null", String(good.dropLast()), good + good, String(repeating: "[", count: 100),
      #"{"access_token":"","token":"","expires_in":60}"#,
      #"{"access_token":"\#(token)\r\nX: y","token":"\#(token)\u0000","expires_in":60}"#,
      #"{"access_token":["\#(token)"],"token":{"a":"\#(token)"},"expires_in":60}"#,
      #"{"access_token":"\#(token)","token":"","expires_in":0}"#,
      #"{"access_token":"\#(token)","token":"","expires_in":-60}"#,
      #"{"access_token":"\#(token)","token":null}"#,
      #"{"access_token":"\#(token)","token":7,"expires_in":"soon"}"#,
      #"{"access_token":"\#(token)","token":"\#(token)","expires_at":"tomorrow","expires_in":true}"#,
    ]
  }

  // MARK: - Retry-After

  private func asking(_ answer: Answer) -> Answer {
    var answer = answer
    let serversNow = world.timeline.trueTime / 1_000_000_000
    let short = Int64(dice.below(6))
    switch dice.pick(weighted: world.traits.waits) {
    case .none: return answer
    case .zero: ask(&answer, "0", .seconds(0))
    case .short: ask(&answer, " \(short) ", .seconds(short))
    case .long:
      let seconds = Int64(6 + dice.below(120))
      ask(&answer, "\(seconds)", .seconds(seconds))
    case .veryLong: ask(&answer, dice.pick(["86400", "31536001", "99999999999999999999"]), nil)
    case .date, .oldDate:
      let seconds = Int64(dice.below(90))
      answer.headers["Date"] = date(serversNow, "%a, %d %b %Y %H:%M:%S GMT")
      let format = dice.pick(["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"])
      ask(&answer, date(serversNow + seconds, format), .seconds(seconds))
    case .dateWithoutOrigin:
      let until = serversNow + Int64(dice.below(20))
      ask(&answer, date(until, "%a, %d %b %Y %H:%M:%S GMT"), .until(until))
    case .pastDate:
      answer.headers["Date"] = date(serversNow, "%a, %d %b %Y %H:%M:%S GMT")
      ask(&answer, date(serversNow - 3600, "%a, %d %b %Y %H:%M:%S GMT"), .seconds(0))
    case .nonsense: answer.headers["Retry-After"] = dice.pick(["soon", "-5", "1.5", "", "5 s", "1e3"])
    }
    return answer
  }

  private func ask(_ answer: inout Answer, _ text: String, _ wait: ServersWait?) {
    answer.headers["Retry-After"] = text
    answer.requestedWait = wait ?? .seconds(Int64(text) ?? .max)
  }

  private func date(_ seconds: Int64, _ format: String) -> String {
    var time = Int(seconds)
    var fields = unsafe tm()
    unsafe gmtime_r(&time, &fields)
    var text = [CChar](repeating: 0, count: 64)
    let count = unsafe strftime(&text, text.count, format, &fields)
    return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
