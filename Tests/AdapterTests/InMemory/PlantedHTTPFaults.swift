import ServiceTokenDomain
import ServiceTokenPorts

@testable import ServiceTokenInMemory

/// A transport that keeps every promise but one.
struct FaultyHTTP: Ports.HTTP {
  typealias Send = @Sendable (HTTPRequest, Duration) async throws -> HTTPResponse

  let fault: Fault
  private let sending: Send

  init(_ fault: Fault, over healthy: any Ports.HTTP) {
    self.fault = fault
    sending = fault.plant { request, timeout in try await healthy.send(request, timeout: timeout) }
  }

  func send(_ request: HTTPRequest, timeout: Duration) async throws -> HTTPResponse {
    try await sending(request, timeout)
  }

  /// A fault, and the promise that it breaks.
  struct Fault: Sendable {
    let breaks: Conformance.HTTPCase
    /// Whether it shows only by something that never ends.
    var hangs = false
    let plant: @Sendable (@escaping Send) -> Send
  }
}

extension FaultyHTTP.Fault {
  private typealias Case = Conformance.HTTPCase

  /// One for each case, at least.
  static let all: [Self] = requests + answers + failures + bounds + cancellations

  // MARK: What a request can be made into

  private static let requests: [Self] = [
    changed(.exactRequest) { if !$0.body.isEmpty { $0.body.append(0x0A) } },
    changed(.exactRequest) { $0.url.replace("%2F", with: "/") },
    changed(.exactRequest) { if $0.headers["Content-Type"] == "text/plain" { $0.headers["Content-Type"] = "a/b" } },
    changed(.pathAsIs) { $0.url.replace("/a/../b/./c", with: "/b/c") },
    changed(.fieldOrder) { $0.headers = HTTPHeaders($0.headers.sorted { $0.name < $1.name }) },
    changed(.nothingAdded) { $0.headers["X-Trace"] = "1" },
    changed(.everyMethod) { if $0.method == "PURGE" { $0.method = "POST" } },
    changed(.noForgedLine) { request in
      request.headers = HTTPHeaders(
        request.headers.map { .init(name: $0.name, value: String($0.value.prefix { !$0.isNewline })) })
    },
    Self(breaks: .noCookies) { send in
      let jar = Locked<String?>(nil)
      return { request, timeout in
        var request = request
        if request.url.hasSuffix("/cookies") { request.headers["Cookie"] = jar.withLock { $0 } }
        let response = try await send(request, timeout)
        if let cookie = response.headers["Set-Cookie"] { jar.withLock { $0 = cookie } }
        return response
      }
    },
    Self(breaks: .noCache) { send in
      let cache = Locked([String: HTTPResponse]())
      return { request, timeout in
        if let cached = cache.withLock({ $0[request.url] }) { return cached }
        let response = try await send(request, timeout)
        if response.headers["Cache-Control"] != nil { cache.withLock { $0[request.url] = response } }
        return response
      }
    },
    changed(.noCredentialsOfURL) { request in
      guard let at = request.url.firstIndex(of: "@") else { return }
      request.headers["Authorization"] = "Basic bWU6"
      request.url = "http://\(request.url[at...].dropFirst())"
    },
    after(.noChallengeAnswered) { response, request, send in
      guard response.status == 401 else { return }
      request.headers["Authorization"] = "Basic bWU6"
      response = try await send(request, HTTPRig.ample)
    },
    after(.noOfferTaken, at: "/refresh") { response, request, send in
      guard let location = response.headers["Location"] else { return }
      request.url = location
      _ = try await send(request, HTTPRig.ample)
    },
    after(.noRedirectFollowed) { response, request, send in
      guard 300..<400 ~= response.status, let target = response.headers["Location"], target.hasPrefix("http:") else {
        return
      }
      request.url = target
      _ = try? await send(request, HTTPRig.ample)
    },
    Self(breaks: .oneAttempt) { send in
      { request, timeout in
        do {
          return try await send(request, timeout)
        } catch let failure as TransportFailure where failure.kind == .brokenOff {
          return try await send(request, timeout)
        }
      }
    },
  ]

  // MARK: What an answer can be made into

  private static let answers: [Self] = [
    after(.exactAnswer) { response, _, _ in response.headers["X-Empty"] = nil },
    after(.exactAnswer) { response, _, _ in if response.status == 418 { response.body.removeLast() } },
    after(.bodyOfRedirect) { response, _, _ in if 300..<400 ~= response.status { response.body = [] } },
    after(.chunks, at: "/in-chunks") { response, _, _ in response.body.removeLast() },
    after(.trailer) { response, request, _ in
      if request.url.contains("/with-trailer") { response.headers["X-Late"] = "1" }
    },
    after(.interim, at: "/interim") { response, _, _ in response.status = 103 },
    after(.answerToHEAD) { response, request, _ in if request.method == "HEAD" { response.body = [1] } },
    Self(breaks: .oneAnswerEach) { send in
      let count = Locked(0)
      return { request, timeout in
        let response = try await send(request, timeout)
        guard request.url.contains("/smuggled-after-chunks") else { return response }
        let isSecond = count.withLock { count in
          count += 1
          return count == 2
        }
        return isSecond ? HTTPResponse(status: 200) : response
      }
    },
  ]

  // MARK: How a failure can be hidden, or shown too well

  private static let failures: [Self] = [
    after(.tornBody) { response, _, _ in
      if case .brokenOff(let failure) = response.end, response.status == 200, failure.kind != .timeOut {
        response.end = .complete
      }
    },
    after(.tornBody, at: "/close-in-body") { response, _, _ in response.body = [] },
    after(.statusStands) { response, _, _ in
      if case .brokenOff(let failure) = response.end, response.status == 403 { throw failure }
    },
    instead(.noHead, at: "/close-before-head") { _ in HTTPResponse(status: 200) },
    instead(.tornHead, at: "/reset-in-head") { _ in HTTPResponse(status: 200) },
    instead(.noHTTP, at: "/no-head") { _ in HTTPResponse(status: 200) },
    instead(.noHTTP, at: "/switching") { _ in HTTPResponse(status: 101) },
    Self(breaks: .refused) { send in
      { request, timeout in
        do {
          return try await send(request, timeout)
        } catch let failure as TransportFailure where failure.kind == .connect {
          return HTTPResponse(status: 503)
        }
      }
    },
    instead(.silence, at: "/silent-garbage") { throw TransportFailure(.malformed, $0.headers["Authorization"] ?? "") },
    instead(.silence, at: "/silent-status") { _ in throw TransportFailure(.malformed, "words-of-the-server") },
  ]

  // MARK: Bounds

  private static let bounds: [Self] = [
    instead(.deadlineInSilence, at: "/silent") { _ in throw TransportFailure(.timeOut) },
    instead(.deadlineInHead, at: "/slow-head") { _ in throw TransportFailure(.other) },
    Self(breaks: .deadlineInSilence, hangs: true) { send in
      { request, timeout in try await send(request, request.url.hasSuffix("/silent") ? HTTPRig.ample : timeout) }
    },
    after(.deadlineInBody, at: "/slow-body") { response, _, _ in response.end = .complete },
    changed(.successLimit) { $0.limits.success += 1 },
    changed(.failureLimit) { if $0.url.contains("/failure-limit") { $0.limits.failure += 1 } },
    after(.unpackedLimit, at: "/gzip-bomb") { response, _, _ in
      response.body = [UInt8](repeating: 0x61, count: 2_000_000)
    },
    Self(breaks: .nothingReadBeyond) { send in
      { request, timeout in
        guard request.url.hasSuffix("/flood-503") else { return try await send(request, timeout) }
        var unbounded = request
        unbounded.limits = HTTPRequest.Limits(success: .max, failure: .max)
        var response = try await send(unbounded, timeout)
        response.body = []
        response.end = .tooLong
        return response
      }
    },
    instead(.boundedHead, at: "/flood-fields") { _ in HTTPResponse(status: 200) },
  ]

  // MARK: Cancellation

  private static let cancellations: [Self] = [
    Self(breaks: .cancelledBefore) { send in
      { request, timeout in
        guard request.url.hasSuffix("/cancelled-before") else { return try await send(request, timeout) }
        return try await Task.detached { try await send(request, timeout) }.value
      }
    },
    misnamingCancellation(.cancelledInFlight, at: "/cancelled-in-flight"),
    Self(breaks: .cancelledInBody) { send in
      { request, timeout in
        do {
          return try await send(request, timeout)
        } catch is CancellationError where request.url.hasSuffix("/cancelled-in-body") {
          return HTTPResponse(status: 200, end: .brokenOff(TransportFailure(.other)))
        }
      }
    },
    Self(breaks: .cancelledOnTheWire, hangs: true) { send in
      { request, timeout in
        let promise = Promise<HTTPResponse>()
        Task.detached { promise.settle(.success(try await send(request, timeout))) }
        return try await promise.value()
      }
    },
    misnamingCancellation(.cancelledFromOutside, at: "/cancelled-from-outside"),
    Self(breaks: .othersGoOn) { send in
      let isBroken = Locked(false)
      return { request, timeout in
        guard request.url.hasSuffix("/others-go-on") else { return try await send(request, timeout) }
        do {
          let response = try await send(request, timeout)
          if isBroken.withLock({ $0 }) { throw TransportFailure(.other) }
          return response
        } catch let error as CancellationError {
          isBroken.withLock { $0 = true }
          throw error
        }
      }
    },
    Self(breaks: .manyAtOnce, hangs: true) { send in
      let inFlight = Locked(0)
      return { request, timeout in
        let isTooMuch = inFlight.withLock { inFlight in
          inFlight += 1
          return inFlight > 50
        }
        defer { inFlight.withLock { $0 -= 1 } }
        if isTooMuch { throw TransportFailure(.other) }
        return try await send(request, timeout)
      }
    },
  ]

  // MARK: -

  private static func misnamingCancellation(_ breaks: Conformance.HTTPCase, at suffix: String) -> Self {
    Self(breaks: breaks) { send in
      { request, timeout in
        do {
          return try await send(request, timeout)
        } catch is CancellationError where request.url.hasSuffix(suffix) {
          throw TransportFailure(.other)
        }
      }
    }
  }

  private static func changed(
    _ breaks: Conformance.HTTPCase, _ change: @escaping @Sendable (inout HTTPRequest) -> Void
  ) -> Self {
    Self(breaks: breaks) { send in
      { request, timeout in
        var request = request
        change(&request)
        return try await send(request, timeout)
      }
    }
  }

  /// Changes the answer to requests whose URL ends with `path`.
  private static func after(
    _ breaks: Conformance.HTTPCase, at path: String = "",
    _ change: @escaping @Sendable (inout HTTPResponse, inout HTTPRequest, FaultyHTTP.Send) async throws -> Void
  ) -> Self {
    Self(breaks: breaks) { send in
      { request, timeout in
        var response = try await send(request, timeout)
        var request = request
        if request.url.hasSuffix(path) { try await change(&response, &request, send) }
        return response
      }
    }
  }

  /// Sends requests whose URL ends with `path`, and makes something else of what comes.
  private static func instead(
    _ breaks: Conformance.HTTPCase, at path: String,
    _ answer: @escaping @Sendable (HTTPRequest) throws -> HTTPResponse
  ) -> Self {
    Self(breaks: breaks) { send in
      { request, timeout in
        guard request.url.hasSuffix(path) else { return try await send(request, timeout) }
        return try answer(request)
      }
    }
  }
}
