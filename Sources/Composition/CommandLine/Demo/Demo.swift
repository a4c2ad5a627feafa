import ServiceTokens

/// Plays the scenes, and draws them as they are played; or prints their events, for a script.
///
/// Before people it takes its time; into a pipe or a file it goes as fast as it can, and without colours.
struct Demo {
  let isJSON: Bool
  let surroundings: Surroundings

  /// - Throws: `CancellationError`, at once; `Descriptors.WriteFailure`.
  func play() async throws {
    let stage = try Stage()
    try await draw(Picture.opening)
    for (number, scene) in zip(1..., Scene.all) {
      try await draw(Picture.heading(of: scene, number: number))
      try await stage.play(scene) { moment in
        try await draw(Picture.lines(of: moment))
        try await pause(for: .milliseconds(150))
        try tell(moment.sights.map { $0.json(at: moment.at, in: scene) })
      }
    }
    try await draw(Picture.closing(stage.totals))
    try tell([stage.totals.json])
  }

  private func draw(_ lines: [InkedLine]) async throws {
    guard !isJSON else { return }
    for line in lines {
      try surroundings.standardOutput(Array(line.text(inColour: surroundings.isColoured).utf8))
      try await pause(for: .milliseconds(40))
    }
  }

  private func pause(for duration: Duration) async throws {
    if surroundings.isTerminal, !isJSON { try await surroundings.clock.sleep(for: duration) }
  }

  private func tell(_ objects: [Wire.JSON]) throws {
    guard isJSON else { return }
    for object in objects { try surroundings.standardOutput(object.line) }
  }
}

extension Surroundings {
  /// Whether whoever reads takes colours (no-color.org).
  fileprivate var isColoured: Bool {
    isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
  }
}
