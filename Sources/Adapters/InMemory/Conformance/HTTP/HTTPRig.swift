import ServiceTokenDomain
import ServiceTokenPorts

/// A transport and the server that it is sent to.
struct HTTPRig {
  let http: any Ports.HTTP
  let server: HostileServer
  let url: String
  let patience: Duration
  /// How many connections the second server had taken before.
  private var connectionsElsewhere = 0

  init(http: any Ports.HTTP, server: HostileServer, url: String, patience: Duration) {
    self.http = http
    self.server = server
    self.url = url
    self.patience = patience
  }

  /// Longer than any patience: what ends by this has not ended.
  static let ample = Duration.seconds(3600)
  /// What no text may hold.
  static let secret = "secret-of-the-conformance-suite"

  /// What became of a request.
  enum Outcome {
    case answer(HTTPResponse)
    case failure(TransportFailure)
    case cancelled
    case foreign(any Error)
    case hung

    init(_ ended: Result<HTTPResponse, any Error>?) {
      self =
        switch ended {
        case nil: .hung
        case .success(let response): .answer(response)
        case .failure(let failure as TransportFailure): .failure(failure)
        case .failure(is CancellationError): .cancelled
        case .failure(let error): .foreign(error)
        }
    }

    var answer: HTTPResponse? { if case .answer(let answer) = self { answer } else { nil } }
    var failure: TransportFailure? { if case .failure(let failure) = self { failure } else { nil } }

    /// What happened, in words that hold nothing of it.
    var inWords: String {
      switch self {
      case .answer(let response): "it brought an answer \(response.status) that \(response.end.inWords)"
      case .failure(let failure): "it failed (\(failure.kind.inWords))"
      case .cancelled: "it threw CancellationError"
      case .foreign(let error): "it threw \(type(of: error))"
      case .hung: "it did not end"
      }
    }
  }

  func url(of act: HostileServer.Act, _ rest: String = "") -> String { "\(url)/\(act.name)\(rest)" }

  /// A request such as the client sends, with a secret in each part that may hold one.
  func post(_ act: HostileServer.Act, _ rest: String = "") -> HTTPRequest {
    HTTPRequest(
      method: "POST", url: url(of: act, rest),
      headers: ["Content-Type": "text/plain", "Accept": "application/json", "Authorization": "Bearer \(Self.secret)"],
      body: Array("body with \(Self.secret)".utf8))
  }

  /// Sends `request` as the client does, and waits for what becomes of it, within patience.
  func send(_ request: HTTPRequest, timeout: Duration = ample) async -> Outcome {
    Outcome(
      await outcome(within: patience) { [http] in
        try await http.send(request, timeout: timeout, cancelledBy: Ports.Cancellation())
      })
  }

  /// Answers, and says that the connection ends with it.
  static let goodbye = HostileServer.Act("goodbye") { _ in
    .answer(204, headers: [("Connection", "close")]).then(.close)
  }

  /// Lets the next request have a connection of its own, for whatever may be done with a kept one that turns out to be
  /// closed.
  func letGoOfKeptConnections() async {
    _ = await send(HTTPRequest(method: "GET", url: url(of: Self.goodbye)))
  }

  /// The same, for which ``wentElsewhere`` counts from now on.
  var asOfNow: HTTPRig {
    var rig = self
    rig.connectionsElsewhere = server.elsewhere.connections
    return rig
  }

  /// Whether anything reached the second server.
  var wentElsewhere: Bool { server.elsewhere.connections > connectionsElsewhere }

  /// What the server saw of `act`.
  func facts(of act: HostileServer.Act) -> HostileServer.Facts { server.facts(of: act) }
}

extension HTTPResponse.End {
  fileprivate var inWords: String {
    switch self {
    case .complete: "is complete"
    case .tooLong: "is too long"
    case .brokenOff(let failure): "broke off (\(failure.kind.inWords))"
    }
  }
}

extension TransportFailure.Kind {
  /// Its name, unless the transport made it: that may be any text.
  fileprivate var inWords: String {
    let known: [TransportFailure.Kind] = [.nameResolution, .connect, .tls, .timeOut, .brokenOff, .malformed, .other]
    return known.contains(self) ? description : "a kind of its own"
  }
}

extension HTTPRig.Outcome {
  /// What is wrong where an answer with `status` that ended in `end` is right.
  func problem(unless status: Int, _ end: HTTPResponse.End = .complete) -> String? {
    if let answer, answer.status == status, answer.end == end { return nil }
    return inWords
  }

  /// What is wrong where a failure is right, of `kind` if that matters.
  func problem(unlessFailure kind: TransportFailure.Kind? = nil) -> String? {
    if let failure, kind == nil || failure.kind == kind { return nil }
    return inWords
  }
}
