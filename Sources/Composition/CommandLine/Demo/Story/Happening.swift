import ServiceTokens

/// Something that can be seen on the demo's stage, whoever tells of it: the engine's observer, log and snapshot, the
/// transport, the callers.
struct Happening: Hashable {
  /// What it is. Moments are told in this order, in which one thing follows from another while no time passes.
  enum Kind: String, CaseIterable {
    case revoked
    case asked
    case answered
    case invalidated
    case evicted
    case fetched
    case fetchFailed = "fetch_failed"
    case refreshed
    case refreshFailed = "refresh_failed"
    case gateClosed = "gate_closed"
    case gateOpened = "gate_opened"
    case waited
    case gaveUp = "gave_up"
    case refusedByGate = "refused_by_gate"
    case hit
    case miss
    case backedOff = "backed_off"
    case served
    case sent
  }

  let kind: Kind
  /// Whose token, request or answer it is.
  let endpoint: EndpointName
  /// The status, of an answer.
  var status: Int?

  init(_ kind: Kind, _ endpoint: EndpointName = .serviceToken, status: Int? = nil) {
    self.kind = kind
    self.endpoint = endpoint
    self.status = status
  }

  /// What the engine's observer was told; nil for what this list does not know.
  init?(_ event: ClientEvent) {
    guard let kind = Kind(rawValue: event.kind.name) else { return nil }
    self.init(kind, event.endpoint)
  }

  /// What the engine logged, where it is an answer; the rest the observer is told too.
  init?(_ event: LogEvent) {
    guard case .int(let status)? = event["status"], case .string(let endpoint)? = event["endpoint"],
      event["attempt"] != nil
    else { return nil }
    self.init(.answered, EndpointName(endpoint), status: status)
  }
}

/// So often it was seen at one moment.
struct Sight: Equatable {
  let happening: Happening
  let count: Int
  /// How long it took, or is to take; the longest of them.
  var duration: Duration?
}

/// All that was seen while the clock stood still.
struct Moment: Equatable {
  /// Since the demo began.
  let at: Duration
  /// In the order of ``Happening/Kind``.
  let sights: [Sight]

  init(at: Duration, _ sights: [Sight]) {
    let ranks = Dictionary(uniqueKeysWithValues: zip(Happening.Kind.allCases, 0...))
    func place(_ sight: Sight) -> (Int, String, Int) {
      (ranks[sight.happening.kind] ?? 0, sight.happening.endpoint.text, sight.happening.status ?? 0)
    }
    self.at = at
    self.sights = sights.sorted { place($0) < place($1) }
  }

  /// How many waits of the engine and its transport have begun.
  var waits: Int {
    sights.filter { [.sent, .backedOff].contains($0.happening.kind) }.reduce(0) { $0 + $1.count }
  }
}

extension Sight {
  /// One line of what the command prints with `--json`.
  func json(at moment: Duration, in scene: Scene) -> Wire.JSON {
    var members: [Wire.JSON.Member] = [
      .init(key: "at_ms", value: .integer(moment.wholeMilliseconds)), .init(key: "scene", value: .string(scene.name)),
      .init(key: "event", value: .string(happening.kind.rawValue)),
      .init(key: "endpoint", value: .string(happening.endpoint.text)),
      .init(key: "count", value: .integer(Int64(count))),
    ]
    if let status = happening.status { members.append(.init(key: "status", value: .integer(Int64(status)))) }
    if let duration { members.append(.init(key: "duration_ms", value: .integer(duration.wholeMilliseconds))) }
    return .object(members)
  }
}
