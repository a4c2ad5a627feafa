import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenPorts
import TestSupport
import Testing

@testable import ServiceTokenClient

/// Parts of the cache whose faults no caller would see: they only cost memory.
@Suite("What the cache keeps is given back", .timeLimit(.minutes(1)))
struct PartsTests {
  @Test("S8: with its last handle and its cache a slot is gone, whatever was read by the handle")
  func slotOfHandle() throws {
    weak var remembered: TokenSlot?
    do {
      let clock = ManualClock()
      let settings = TokenCache.Settings(
        policy: CachePolicy(), outageGate: false, maximumScopes: 8, randomNumber: { 0 }, observer: nil,
        waiterJoined: nil)
      let cache = TokenCache(clock: clock, settings: settings, inFlight: InFlight())
      let (slot, copies) = cache.hold(TokenKey(endpoint: .serviceToken, request: jobs))
      let window = TokenWindow(refreshFrom: .distantFuture, freshUntil: .distantFuture)
      copies.keep(ReadCopies.Copy(text: "", slot: slot, version: 0, token: Self.token(1), window: window, notedUse: 0))
      #expect(copies.read(at: clock.now()) { _ in true } != nil)
      remembered = slot
      cache.release(slot)
    }
    #expect(remembered == nil)
  }

  @Test(
    "S8: a token that many read is gone when the last of them and its copy are, and not before",
    arguments: [0, 1, 15, 16, 17, 33])
  func references(_ readers: Int) {
    weak var remembered: AccessToken.Storage?
    var held: [AccessToken] = []
    do {
      let token = Self.token(1)
      remembered = unsafe token.reference.takeUnretainedValue()
      var copy = PrepaidToken(token)
      for _ in 0..<readers { held.append(copy.take()) }
    }
    while !held.isEmpty {
      #expect(remembered != nil)
      #expect(held.removeLast().value == Self.token(1).value)
    }
    #expect(remembered == nil)
  }

  @Test("S8, R2: of the copies that a thread keeps, those of one slot are dropped, and no other")
  func copies() throws {
    let now = ManualClock().now()
    let slots = try ["a", "b", "c", "d", "e"].map {
      TokenSlot(TokenKey(endpoint: .serviceToken, request: TokenRequest(scope: try Scope($0))), at: now)
    }
    let window = TokenWindow(refreshFrom: .distantFuture, freshUntil: .distantFuture)
    for dropped in slots.indices {
      let copies = ReadCopies(ways: 4)
      func keep(_ index: Int, _ text: String) {
        copies.keep(
          ReadCopies.Copy(
            text: text, slot: slots[index], version: 0, token: Self.token(index), window: window, notedUse: 0))
      }
      func found(_ text: String) -> AccessToken? { copies.read(at: now) { $0.text == text }?.token }
      for index in slots.indices { keep(index, "\(index)") }
      // The first made room for the last; what is kept again takes its own place.
      keep(2, "2")
      #expect(slots.indices.filter { found("\($0)")?.value == Self.token($0).value } == [1, 2, 3, 4])
      // The second spelling of a slot takes the place of the next one.
      keep(dropped, "again")
      let kept = [2, 3, 4].filter { $0 != dropped }
      copies.drop(slots[dropped])
      #expect(found("again") == nil)
      #expect(slots.indices.filter { found("\($0)")?.value == Self.token($0).value } == kept)
    }
  }

  private static func token(_ number: Int) -> AccessToken {
    AccessToken(
      value: Secret("\(Canary.tokenPrefix)\(number)"), expiresIn: .seconds(3600), request: jobs,
      sentAt: Reading(monotonic: 0, wall: 0))
  }

  @Test("S8, S9: a slot is found by its whole key, by no other, and not once it is taken out")
  func table() throws {
    var table = SlotTable()
    let clock = ManualClock()
    func key(_ number: Int, _ endpoint: EndpointName = .serviceToken, audiences: [String] = []) throws -> TokenKey {
      TokenKey(endpoint: endpoint, request: TokenRequest(scope: try Scope("scope:\(number)"), audiences: audiences))
    }
    for number in 0..<1000 { table.insert(TokenSlot(try key(number), at: clock.now())) }
    for number in stride(from: 0, to: 1000, by: 2) { table.remove(try #require(table[try key(number)])) }
    for number in 0..<1000 {
      let found = table[try key(number)]
      #expect(found?.key == (number.isMultiple(of: 2) ? nil : try key(number)))
    }
    #expect(table[try key(1, "another")] == nil)
    #expect(table[try key(1, audiences: ["somebody"])] == nil)
    #expect(table.count == 500)
    #expect(Set(table.all.map(\.key)) == Set(try stride(from: 1, to: 1000, by: 2).map { try key($0) }))
  }

  @Test("S10, S12: those who wait leave in any order, and who stays is answered in the order of asking")
  func line() async throws {
    var line = WaitingLine()
    var left: [UInt64] = []
    try await withThrowingTaskGroup(of: Void.self) { group in
      for id in [2, 1] + Array(3...1000) as [UInt64] {
        let waiting = Locked<CheckedContinuation<TokenCache.Lease, any Error>?>(nil)
        let hasBegun = AsyncGate()
        group.addTask {
          await #expect(throws: CancellationError.self) {
            _ = try await withCheckedThrowingContinuation { continuation in
              waiting.withLock { $0 = continuation }
              hasBegun.open()
            }
          }
        }
        await hasBegun.passed()
        let continuation = try #require(waiting.withLock { $0 })
        // The moment of asking tells one from another.
        let since = Reading(monotonic: Int64(id), wall: 0)
        line.insert(TokenSlot.Waiter(continuation: continuation, since: since, timer: nil), as: id)
      }
      for id in 1...1000 as ClosedRange<UInt64> where !id.isMultiple(of: 100) {
        let waiter = line.remove(id)
        #expect(waiter?.since.monotonic == Int64(id))
        #expect(line.remove(id) == nil)
        waiter?.continuation.resume(throwing: CancellationError())
      }
      #expect(line.count == 10)
      #expect(line.placeCount < 100)
      line.forEach { waiter in
        left.append(UInt64(waiter.since.monotonic))
        waiter.continuation.resume(throwing: CancellationError())
      }
      try await group.waitForAll()
    }
    #expect(left == stride(from: 100, through: 1000, by: 100).map { UInt64($0) })
  }
}
