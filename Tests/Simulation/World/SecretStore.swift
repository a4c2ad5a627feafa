import ServiceTokenDomain
import ServiceTokenPorts

/// Where the client's secret comes from: a vault that follows the server's rotations early or late, is slow, and fails.
final class SecretStore: Ports.SecretSource, @unchecked Sendable {
  struct IsSealed: Error, CustomStringConvertible {
    let description = "the vault is sealed (\(Authority.secretMark))"
  }

  private let world: World
  private var dice: Dice
  private var current = ""

  init(_ world: World, _ dice: Dice) { (self.world, self.dice) = (world, dice) }

  /// From now on this is the secret.
  func hold(_ secret: String) { current = secret }

  func clientSecret() async throws -> Secret { try await clientSecret(cancelledBy: Ports.Cancellation()) }

  /// In the calling task, so that nobody gets in between the reading and what the client makes of it.
  func clientSecret(cancelledBy cancellation: Ports.Cancellation) async throws -> Secret {
    let fetch = world.observer.secretAsked(isCancelled: Task.isCancelled || cancellation.isCancelled)
    let parked = Parked<String>()
    let fails = !world.isCalm && dice.chance(world.traits.secretFailure)
    let delay = dice.nanoseconds(world.traits.secretDelay)
    // The secret as it is when it is asked for: what changes meanwhile is read too late.
    let secret = current
    let answer = { [self] in
      if fails { world.tally.count(.secretFailed) }
      parked.resume(with: fails ? .failure(IsSealed()) : .success(secret))
    }
    if delay == 0 { answer() } else { world.later(delay, answer) }
    do {
      let secret = try await parked.value(endedBy: cancellation) { [world] in
        world.observer.cancelled(fetch)
        parked.resume(with: .failure(CancellationError()))
      }
      world.observer.secretGiven(secret, to: fetch)
      return Secret(secret)
    } catch {
      world.observer.secretRefused(error, to: fetch)
      throw error
    }
  }
}
