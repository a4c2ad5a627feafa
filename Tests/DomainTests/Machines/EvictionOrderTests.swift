import ServiceTokenDomain
import TestSupport
import Testing

@Suite struct EvictionOrderTests {
  /// A full cache that is kept as simply as one can: every entry in the order of its last use.
  private struct NaiveCache {
    var byUse: [Int] = []
    var awaited: Set<Int> = []

    mutating func use(_ entry: Int) {
      byUse.removeAll { $0 == entry }
      byUse.append(entry)
    }

    var toGo: Int? { byUse.first { !awaited.contains($0) } }
  }

  /// The same, kept as the client keeps it: by moments, with the order that costs nothing while entries are used.
  private struct Cache {
    var uses: [Int: Int64] = [:]
    var awaited: Set<Int> = []
    var order = EvictionOrder<Int>()

    mutating func evict() -> Int? {
      let (uses, awaited) = (uses, awaited)
      let entry = order.next(among: uses.keys) { awaited.contains($0) ? nil : uses[$0] }
      if let entry { self.uses[entry] = nil }
      return entry
    }
  }

  @Test(
    "S8: what goes is what was used least recently of all that nobody waits for, after any course of events", .apart,
    arguments: 1...20 as ClosedRange<UInt64>)
  func leastRecentlyUsed(seed: UInt64) {
    var random = WireRandom(seed: seed)
    var (naive, cache) = (NaiveCache(), Cache())
    var now: Int64 = 0
    var evictions = 0

    func use(_ entry: Int) {
      now += 1
      naive.use(entry)
      cache.uses[entry] = now
    }

    for newcomer in 0..<2000 {
      for _ in 0..<Int.random(in: 0...6, using: &random) {
        guard let entry = naive.byUse.randomElement(using: &random) else { continue }
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
          naive.awaited.insert(entry)
          cache.awaited.insert(entry)
        case 1:
          // Whoever waited has used it.
          if naive.awaited.remove(entry) != nil { use(entry) }
          cache.awaited.remove(entry)
        default: use(entry)
        }
      }
      while naive.byUse.count >= 12 {
        let expected = naive.toGo
        let evicted = cache.evict()
        guard evicted == expected else {
          #expect(evicted == expected, "seed \(seed), newcomer \(newcomer)")
          return
        }
        guard let evicted else { break }
        naive.byUse.removeAll { $0 == evicted }
        evictions += 1
      }
      use(newcomer)
    }
    #expect(evictions > 1500)
  }

  @Test("S8: where somebody waits for every entry none goes, and when one may go again it does")
  func allAwaited() {
    var cache = Cache()
    for entry in 0..<4 {
      cache.uses[entry] = Int64(entry)
      cache.awaited.insert(entry)
    }
    #expect(cache.evict() == nil)
    cache.awaited.remove(2)
    #expect(cache.evict() == 2)
    #expect(cache.evict() == nil)
    #expect(cache.uses.count == 3)
  }

  @Test("S8: an entry that is gone does not go twice, and one that somebody came to wait for stays")
  func staleOrder() {
    var cache = Cache()
    for entry in 0..<4 { cache.uses[entry] = Int64(entry) }
    #expect(cache.evict() == 0)
    cache.uses[1] = nil
    cache.awaited.insert(2)
    #expect(cache.evict() == 3)
    #expect(cache.evict() == nil)
  }

  @Test("S8: entries are looked at once for all that go, not for each")
  func looksOnce() {
    var order = EvictionOrder<Int>()
    var looks = 0
    func entries() -> [Int] {
      looks += 1
      return Array(0..<100)
    }
    var gone: Set<Int> = []
    for expected in 0..<100 {
      let next = order.next(among: entries()) { gone.contains($0) ? nil : Int64($0) }
      #expect(next == expected)
      gone.insert(expected)
    }
    #expect(looks == 1)
  }
}
