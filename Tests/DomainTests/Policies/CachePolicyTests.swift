import ServiceTokenDomain
import Testing

@Suite struct CachePolicyTests {
  @Test(
    "S7: the skew is 15 s or half of the life, and a refresh opens at max(life/2, life − skew − min(5 min, life/5))",
    arguments: [
      (3_600_000, 3_285_000, 3_585_000), (60_000, 33_000, 45_000), (10_000, 5_000, 5_000), (30_000, 15_000, 15_000),
      (31_000, 15_500, 16_000), (29_000, 14_500, 14_500), (15_000, 7_500, 7_500), (16_000, 8_000, 8_000),
      (1_000, 500, 500),
      (1, 0, 0), (86_400_000, 86_085_000, 86_385_000), (1_500_000, 1_185_000, 1_485_000), (50_000, 25_000, 35_000),
      (300_000, 225_000, 285_000), (31_536_000_000, 31_535_685_000, 31_535_985_000),
    ] as [(Int64, Int64, Int64)])
  func windows(life: Int64, refresh: Int64, fresh: Int64) {
    let window = CachePolicy().window(sentAt: .start, life: .milliseconds(life))
    // A millisecond's half is finer than the table.
    let slack: Duration = .microseconds(500)
    #expect(window.refreshFrom.elapsed(since: .start) - .milliseconds(refresh) <= slack)
    #expect(window.freshUntil.elapsed(since: .start) - .milliseconds(fresh) <= slack)
    #expect(window.refreshFrom.elapsed(since: .start) >= .milliseconds(refresh))
    #expect(window.freshUntil.elapsed(since: .start) >= .milliseconds(fresh))
    #expect(window.freshUntil.wall - Reading.start.wall == window.freshUntil.monotonic - Reading.start.monotonic)
    #expect(window.refreshFrom.wall - Reading.start.wall == window.refreshFrom.monotonic - Reading.start.monotonic)
  }

  @Test("S7: a refresh never opens after the token is stale, and a token is fresh for some time, whatever its life")
  func order() {
    for life in (1...4000).map(Int64.init) {
      let window = CachePolicy().window(sentAt: .start, life: .seconds(life))
      #expect(window.refreshFrom.monotonic <= window.freshUntil.monotonic)
      #expect(window.isFresh(at: .start))
      if life >= 30 { #expect(window.freshUntil == .start.after(life - 15)) }
    }
  }

  @Test("S6: at exactly expires − 15 s the token is stale, a nanosecond before it is fresh")
  func boundary() {
    let window = CachePolicy().window(sentAt: .start, life: .seconds(3600))
    let end = Reading.start.after(3585)
    #expect(!window.isFresh(at: end))
    #expect(window.isFresh(at: Reading(monotonic: end.monotonic - 1, wall: end.wall - 1)))
    #expect(!window.isFresh(at: end.after(100)))
  }

  @Test("S6: either clock alone makes a token stale: suspend stops the first, somebody may set the second")
  func clocks() {
    let window = CachePolicy().window(sentAt: .start, life: .seconds(3600))
    let end = Reading.start.after(3585)
    #expect(!window.isFresh(at: Reading(monotonic: Reading.start.monotonic, wall: end.wall)))
    #expect(!window.isFresh(at: Reading(monotonic: end.monotonic, wall: Reading.start.wall)))
    #expect(window.isFresh(at: Reading(monotonic: end.monotonic - 1, wall: 0)))
    #expect(window.isFresh(at: Reading(monotonic: 0, wall: end.wall - 1)))
  }

  @Test("S6: a refresh is due from its moment on, by either clock")
  func refreshDue() {
    let window = CachePolicy().window(sentAt: .start, life: .seconds(3600))
    let due = Reading.start.after(3285)
    #expect(window.isRefreshDue(at: due))
    #expect(!window.isRefreshDue(at: Reading(monotonic: due.monotonic - 1, wall: due.wall - 1)))
    #expect(window.isRefreshDue(at: Reading(monotonic: 0, wall: due.wall)))
    #expect(window.isRefreshDue(at: Reading(monotonic: due.monotonic, wall: 0)))
  }

  @Test("S6: without refreshes ahead none is ever due, and freshness is the same")
  func noRefresh() {
    let window = CachePolicy(refreshesAhead: false).window(sentAt: .start, life: .seconds(3600))
    #expect(window.refreshFrom == .distantFuture)
    #expect(!window.isRefreshDue(at: .start.after(3600)))
    #expect(window.freshUntil == .start.after(3585))
  }

  @Test("S6: another skew moves the end, and is capped at half of the life too")
  func otherSkews() {
    #expect(CachePolicy(skew: .zero).window(sentAt: .start, life: .seconds(10)).freshUntil == .start.after(10))
    #expect(CachePolicy(skew: .seconds(60)).window(sentAt: .start, life: .seconds(100)).freshUntil == .start.after(50))
    #expect(CachePolicy(skew: .seconds(60)).window(sentAt: .start, life: .seconds(200)).freshUntil == .start.after(140))
  }

  @Test(
    "S7: jitter opens a refresh evenly over the first half of its window: never before the opening, never past the half",
    arguments: [(3600, 3285, 3585), (60, 33, 45), (40, 20, 25), (300, 225, 285)] as [(Int64, Int64, Int64)])
  func jitter(life: Int64, opening: Int64, end: Int64) {
    func refreshFrom(_ random: UInt64) -> Reading {
      CachePolicy().window(sentAt: .start, life: .seconds(life), random: random).refreshFrom
    }
    let half = (end - opening) * 500_000_000
    #expect(refreshFrom(0) == .start.after(opening))
    for sixteenth in 0..<16 as Range<Int64> {
      let later = Duration.nanoseconds(half * sixteenth / 16)
      #expect(refreshFrom(UInt64(sixteenth) << 60) == .start.after(opening).advanced(by: later))
    }
    #expect(refreshFrom(.max) == .start.after(opening).advanced(by: .nanoseconds(half - 1)))
    var random = WireRandom(seed: 4)
    for _ in 0..<1000 {
      let moved = refreshFrom(random.next()).elapsed(since: .start.after(opening))
      #expect(moved >= .zero && moved < .nanoseconds(half))
    }
  }

  @Test("S6: jitter moves no end: a token stays fresh for as long, and one whose window has no length opens at its end")
  func jitterAndFreshness() {
    for life in [1, 10, 30, 60, 3600] as [Int64] {
      let still = CachePolicy().window(sentAt: .start, life: .seconds(life))
      for random in [0, 1 << 63, .max] as [UInt64] {
        let window = CachePolicy().window(sentAt: .start, life: .seconds(life), random: random)
        #expect(window.freshUntil == still.freshUntil)
        #expect(life > 30 || window.refreshFrom == still.refreshFrom)
      }
    }
    #expect(
      CachePolicy(refreshesAhead: false).window(sentAt: .start, life: .seconds(60), random: .max).refreshFrom
        == .distantFuture)
  }
}
