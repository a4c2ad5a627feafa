/// When a cached token is fresh, and when a refresh ahead of its expiry may begin.
///
/// For a token that lives `life`, counted from just before the request that brought it was sent (SPEC S5):
///
/// | moment | at | example: 1 h | 60 s | 10 s |
/// | --- | --- | --- | --- | --- |
/// | refresh may begin, before jitter | `max(life/2, life − skew − min(5 min, life/5))` | 3285 s | 33 s | 5 s |
/// | no longer fresh | `life − skew`, skew = `min(15 s, life/2)` | 3585 s | 45 s | 5 s |
/// | expires | `life` | 3600 s | 60 s | 10 s |
///
/// The skew is capped because an uncapped one makes a short token stale before it arrives (SPEC S7).
public struct CachePolicy: Sendable, Hashable {
  /// How long before its expiry a token stops being fresh, where its life allows that. SPEC S6: 15 s.
  public let skew: Duration
  /// Whether the first reader in the refresh window starts a refresh in the background. Everybody, that reader too, goes
  /// on getting the valid token; an idle scope lapses.
  public var refreshesAhead: Bool

  /// Makes a policy.
  ///
  /// - Precondition: `skew` is not negative.
  public init(skew: Duration = .seconds(15), refreshesAhead: Bool = true) {
    precondition(skew >= .zero, "a skew is not negative")
    self.skew = skew
    self.refreshesAhead = refreshesAhead
  }

  /// The window of a token that lives `life` from `sentAt` on.
  ///
  /// - Parameters:
  ///   - sentAt: the moment just before its request was sent.
  ///   - life: how long it lives from then on.
  ///   - random: 64 random bits, which move the refresh later, evenly over the first half of its window: processes that
  ///     were started together do not refresh together. Zero does not move it.
  public func window(sentAt: Reading, life: Duration, random: UInt64 = 0) -> TokenWindow {
    let cappedSkew = min(skew, life / 2)
    let freshFor = life - cappedSkew
    let opening = max(life / 2, freshFor - min(.seconds(300), life / 5))
    let refreshFrom = opening + ((freshFor - opening) / 2).scaled(by: random)
    return TokenWindow(
      refreshFrom: refreshesAhead ? sentAt.advanced(by: refreshFrom) : .distantFuture,
      freshUntil: sentAt.advanced(by: freshFor))
  }
}

/// The moments that matter in a cached token's life, by both clocks.
public struct TokenWindow: Sendable, Hashable {
  /// From here on a reader may start a refresh.
  public let refreshFrom: Reading
  /// From here on the token is stale. At exactly this moment it is (SPEC S6).
  public let freshUntil: Reading

  /// Makes a window.
  public init(refreshFrom: Reading, freshUntil: Reading) {
    self.refreshFrom = refreshFrom
    self.freshUntil = freshUntil
  }

  /// Whether the token may be handed out at `now`: both clocks must say so (SPEC S6).
  @inlinable
  public func isFresh(at now: Reading) -> Bool { now.isBefore(freshUntil) }

  /// Whether a refresh may begin at `now`: either clock suffices.
  @inlinable
  public func isRefreshDue(at now: Reading) -> Bool { !now.isBefore(refreshFrom) }
}

extension Reading {
  /// A moment that never comes.
  public static let distantFuture = Reading(monotonic: .max, wall: .max)
  /// A moment that has always been.
  public static let distantPast = Reading(monotonic: .min, wall: .min)
}
