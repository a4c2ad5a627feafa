import ServiceTokenDomain

/// What happens to the world by itself: storms, new secrets, revoked tokens, clocks that jump.
final class Weather {
  private let world: World
  private var dice: Dice

  init(_ world: World, _ dice: Dice) { (self.world, self.dice) = (world, dice) }

  func begin() {
    let traits = world.traits
    let end = world.timeline.monotonic + traits.span.nanoseconds
    every(traits.storms, until: end) { $0.storm() }
    every(traits.rotations, until: end) { $0.rotate() }
    every(traits.revocations, until: end) { $0.world.tally.count(.revoked, $0.world.authority.revoke()) }
    every(traits.clockJumps, until: end) { $0.jump() }
    world.timeline.at(end) { [world] in world.isCalm = true }
  }

  private func every(_ mean: Duration?, until end: Int64, _ happen: @escaping (Weather) -> Void) {
    guard let mean else { return }
    world.later(dice.wait(mean: mean)) { [self] in
      guard world.timeline.monotonic < end else { return }
      happen(self)
      every(mean, until: end, happen)
    }
  }

  private func storm() {
    world.tally.count(.storm)
    world.network.isStorm = true
    world.observer.note("a storm begins")
    world.later(dice.wait(mean: world.traits.stormLength)) { [world] in
      world.network?.isStorm = false
      world.observer.note("the storm is over")
    }
  }

  private func rotate() {
    world.tally.count(.rotated)
    // The server may be the first to know, or the source.
    let lag = dice.nanoseconds(world.traits.sourceLag)
    if lag >= 0 {
      let secret = world.authority.rotate()
      world.observer.note("the secret is rotated")
      world.soon(lag) { [world] in world.secrets?.hold(secret) }
    } else {
      let secret = world.authority.announce()
      world.secrets.hold(secret)
      world.observer.note("the next secret is there")
      world.soon(-lag) { [world] in world.authority.begin(secret) }
    }
  }

  private func jump() {
    // Not within an instruction of the client: what it read before, and what after, would be anybody's guess.
    guard !world.isInterrupting else { return _ = world.timeline.after(0) { [self] in self.jump() } }
    let jump = dice.pick(world.traits.jumps)
    world.observer.jumps(jump)
    switch jump {
    case .suspendedBriefly: world.timeline.suspend(for: dice.nanoseconds(.seconds(1) ... .seconds(90)))
    case .suspended: world.timeline.suspend(for: 7_200_000_000_000)
    case .setBack: world.timeline.setWall(by: -86_400_000_000_000)
    case .setForward: world.timeline.setWall(by: dice.pick([3_600_000_000_000, 86_400_000_000_000]))
    case .nudged: world.timeline.setWall(by: dice.nanoseconds(.seconds(-20) ... .seconds(20)))
    }
  }
}
