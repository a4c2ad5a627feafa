import ServiceTokenDomain
import Testing

@Suite struct TokenMachineTests {
  /// Refresh from 5 s, fresh until 10 s.
  private static func window(from moment: Reading) -> TokenWindow {
    TokenWindow(refreshFrom: moment.after(5), freshUntil: moment.after(10))
  }

  /// A machine that holds generation 1, fetched at the start.
  private static func holding() -> TokenMachine {
    var machine = TokenMachine()
    _ = machine.requested(by: 1, at: .start)
    _ = machine.fetched(1, window: window(from: .start), at: .start)
    return machine
  }

  @Test("S10: the first who wants a token starts a fetch, all who come later join it, and all get its token")
  func sharing() {
    var machine = TokenMachine()
    #expect(machine.requested(by: 1, at: .start) == .fetch(1))
    #expect(machine.requested(by: 2, at: .start) == .wait)
    #expect(machine.requested(by: 3, at: .start.after(100)) == .wait)
    #expect(machine.waiterCount == 3)
    #expect(machine.generationInFlight == 1)
    #expect(machine.fetched(1, window: Self.window(from: .start), at: .start) == [1, 2, 3])
    #expect(machine.waiterCount == 0)
    #expect(machine.generationInFlight == nil)
    #expect(machine.heldGeneration == 1)
  }

  @Test("S10: all who wait share the failure, and S11: the next call tries again")
  func sharedFailure() {
    var machine = TokenMachine()
    _ = machine.requested(by: 1, at: .start)
    _ = machine.requested(by: 2, at: .start)
    #expect(machine.failed(1, retryAfter: nil, at: .start) == [1, 2])
    #expect(machine.requested(by: 3, at: .start) == .fetch(2))
  }

  @Test("S6: a held token is served while it is fresh, and at the end of its window it is not, by either clock")
  func fresh() {
    let end = Reading.start.after(10)
    for (now, isFresh) in [
      (Reading.start, true), (Reading(monotonic: end.monotonic - 1, wall: end.wall - 1), true), (end, false),
      (Reading(monotonic: end.monotonic, wall: 0), false), (Reading(monotonic: 0, wall: end.wall), false),
    ] {
      var machine = Self.holding()
      #expect(machine.requested(by: 9, at: now) == (isFresh ? .serve(1) : .fetch(2)))
    }
  }

  @Test("S7: who waited gets a token however short its life, and the next one fetches again")
  func shortLived() {
    var machine = TokenMachine()
    _ = machine.requested(by: 1, at: .start)
    let window = TokenWindow(refreshFrom: .start, freshUntil: .start)
    #expect(machine.fetched(1, window: window, at: .start.after(1)) == [1])
    #expect(machine.requested(by: 2, at: .start.after(1)) == .fetch(2))
  }

  @Test("S11: while a Retry-After runs, calls fail at once with the time left; then the next one tries again")
  func gate() {
    var machine = TokenMachine()
    _ = machine.requested(by: 1, at: .start)
    #expect(machine.failed(1, retryAfter: .seconds(20), at: .start) == [1])
    #expect(machine.requested(by: 2, at: .start) == .refuse(timeLeft: .seconds(20)))
    #expect(machine.requested(by: 2, at: .start.after(19)) == .refuse(timeLeft: .seconds(1)))
    #expect(machine.waiterCount == 0)
    #expect(machine.requested(by: 2, at: .start.after(20)) == .fetch(2))
    _ = machine.failed(2, retryAfter: nil, at: .start.after(21))
    #expect(machine.requested(by: 3, at: .start.after(21)) == .fetch(3))
  }

  @Test("S11: a gate closes for an hour at most, and the clock that passes it first opens it")
  func gateLimits() {
    var machine = TokenMachine()
    _ = machine.requested(by: 1, at: .start)
    _ = machine.failed(1, retryAfter: .seconds(31_536_000), at: .start)
    #expect(machine.requested(by: 2, at: .start) == .refuse(timeLeft: .seconds(3600)))
    for now in [
      Reading(monotonic: Reading.start.after(3600).monotonic, wall: 0),
      Reading(monotonic: 0, wall: Reading.start.after(3600).wall),
    ] {
      var copy = machine
      #expect(copy.requested(by: 2, at: now) == .fetch(2))
    }
  }

  @Test("S11: a gate that a refresh closed does not keep the valid token from anybody")
  func gateAndFreshToken() {
    var machine = Self.holding()
    #expect(machine.wasRead(at: .start.after(5)) == 2)
    #expect(machine.failed(2, retryAfter: .seconds(20), at: .start.after(5)) == [])
    #expect(machine.requested(by: 2, at: .start.after(9)) == .serve(1))
    #expect(machine.wasRead(at: .start.after(9)) == nil)
    #expect(machine.requested(by: 2, at: .start.after(10)) == .refuse(timeLeft: .seconds(15)))
    #expect(machine.requested(by: 2, at: .start.after(25)) == .fetch(3))
  }

  @Test("S12: one who leaves does not disturb the others; the last one to leave cancels the fetch")
  func leaving() {
    var machine = TokenMachine()
    _ = machine.requested(by: 1, at: .start)
    _ = machine.requested(by: 2, at: .start)
    #expect(machine.left(1) == .left)
    #expect(machine.left(1) == .wasNotWaiting)
    #expect(machine.left(2) == .cancel(1))
    #expect(machine.left(2) == .wasNotWaiting)
    #expect(machine.generationInFlight == nil)
    #expect(machine.requested(by: 3, at: .start) == .fetch(2))
    #expect(machine.left(3) == .cancel(2))
  }

  @Test("S13: who is served a fresh token joins nothing, and one who leaves without having joined changes nothing")
  func leavingWithoutJoining() {
    var machine = Self.holding()
    let before = machine
    #expect(machine.requested(by: 7, at: .start) == .serve(1))
    #expect(machine.left(7) == .wasNotWaiting)
    #expect(machine == before)
    var empty = TokenMachine()
    #expect(empty.left(7) == .wasNotWaiting)
    #expect(empty == TokenMachine())
  }

  @Test("S12: a refresh ahead has no waiter and is not cancelled by one who joins it and leaves")
  func leavingRefresh() {
    var machine = Self.holding()
    #expect(machine.wasRead(at: .start.after(6)) == 2)
    #expect(machine.requested(by: 1, at: .start.after(10)) == .wait)
    #expect(machine.requested(by: 2, at: .start.after(10)) == .wait)
    #expect(machine.left(1) == .left)
    #expect(machine.left(2) == .left)
    #expect(machine.generationInFlight == 2)
    #expect(machine.requested(by: 3, at: .start.after(11)) == .wait)
    #expect(machine.fetched(2, window: Self.window(from: .start.after(11)), at: .start.after(11)) == [3])
  }

  @Test("S12: what an abandoned fetch brings is ignored, token or failure")
  func lateResults() {
    var machine = TokenMachine()
    _ = machine.requested(by: 1, at: .start)
    _ = machine.left(1)
    let window = Self.window(from: .start)
    #expect(machine.fetched(1, window: window, at: .start) == nil)
    #expect(machine.failed(1, retryAfter: .seconds(9), at: .start) == nil)
    #expect(machine.requested(by: 2, at: .start) == .fetch(2))
    #expect(machine.fetched(1, window: window, at: .start) == nil)
    #expect(machine.waiterCount == 1)
    #expect(machine.fetched(2, window: window, at: .start) == [2])
    #expect(machine.fetched(1, window: window, at: .start) == nil)
    #expect(machine.fetched(2, window: window, at: .start) == nil)
    #expect(machine.heldGeneration == 2)
  }

  @Test("S6: the first reader in the window starts one refresh, nobody else does, and outside of it nobody")
  func refresh() {
    var machine = Self.holding()
    let due = Reading.start.after(5)
    #expect(machine.readableWindow == Self.window(from: .start))
    #expect(machine.wasRead(at: Reading(monotonic: due.monotonic - 1, wall: due.wall - 1)) == nil)
    #expect(machine.wasRead(at: due) == 2)
    #expect(machine.readableWindow == TokenWindow(refreshFrom: .distantFuture, freshUntil: .start.after(10)))
    #expect(machine.wasRead(at: due) == nil)
    #expect(machine.requested(by: 1, at: due) == .serve(1))
    #expect(machine.fetched(2, window: Self.window(from: due), at: due) == [])
    #expect(machine.readableWindow == Self.window(from: due))
    var stale = Self.holding()
    #expect(stale.wasRead(at: .start.after(10)) == nil)
    var empty = TokenMachine()
    #expect(empty.wasRead(at: .start) == nil)
    #expect(empty.readableWindow == nil)
  }

  @Test("S11: a refresh that fails is tried again after 1, 2, 4, 8, 16, 30, 30 s, by the next reader")
  func paces() {
    var machine = TokenMachine()
    _ = machine.requested(by: 1, at: .start)
    _ = machine.fetched(1, window: TokenWindow(refreshFrom: .start, freshUntil: .start.after(10_000)), at: .start)
    var now = Reading.start
    for (generation, pace) in zip(2..., [1, 2, 4, 8, 16, 30, 30, 30] as [Int64]) {
      #expect(machine.wasRead(at: now) == TokenMachine.Generation(generation))
      #expect(machine.failed(TokenMachine.Generation(generation), retryAfter: nil, at: now) == [])
      let next = now.after(pace)
      #expect(machine.wasRead(at: Reading(monotonic: next.monotonic - 1, wall: next.wall - 1)) == nil)
      #expect(machine.readableWindow?.refreshFrom == next)
      now = next
    }
    let last = machine.wasRead(at: now)
    #expect(last == 10)
    _ = machine.fetched(10, window: TokenWindow(refreshFrom: now, freshUntil: now.after(1000)), at: now)
    #expect(machine.wasRead(at: now) == 11)
    _ = machine.failed(11, retryAfter: nil, at: now)
    #expect(machine.readableWindow?.refreshFrom == now.after(1))
  }

  @Test("D7: exactly the refused token is dropped, not a newer one")
  func refused() {
    var machine = Self.holding()
    #expect(machine.refused(2, at: .start) == .superseded)
    #expect(machine.refused(1, at: .start) == .dropped)
    #expect(machine.heldGeneration == nil)
    #expect(machine.readableWindow == nil)
    #expect(machine.refused(1, at: .start) == .superseded)
    #expect(machine.requested(by: 1, at: .start) == .fetch(2))
    _ = machine.fetched(2, window: Self.window(from: .start), at: .start)
    #expect(machine.refused(1, at: .start) == .superseded)
    #expect(machine.heldGeneration == 2)
  }

  @Test("D7: a token that a recovery has just fetched is kept for 30 s, the one after it is not protected")
  func protection() {
    var machine = Self.holding()
    _ = machine.refused(1, at: .start)
    _ = machine.requested(by: 1, at: .start)
    let window = TokenWindow(refreshFrom: .start.after(50), freshUntil: .start.after(100))
    _ = machine.fetched(2, window: window, at: .start.after(2))
    #expect(machine.refused(2, at: .start.after(2)) == .kept)
    #expect(machine.refused(2, at: .start.after(31)) == .kept)
    #expect(machine.heldGeneration == 2)
    var later = machine
    #expect(later.refused(2, at: .start.after(32)) == .dropped)
    #expect(machine.wasRead(at: .start.after(50)) == 3)
    _ = machine.fetched(3, window: window, at: .start.after(50))
    #expect(machine.refused(3, at: .start.after(50)) == .dropped)
  }

  @Test("D7: a token dropped by hand is not given out again, a newer one stays, and the next is not protected")
  func invalidated() {
    var machine = Self.holding()
    #expect(machine.invalidated(2) == false)
    #expect(machine.heldGeneration == 1)
    #expect(machine.invalidated(1) == true)
    #expect(machine.invalidated(1) == false)
    #expect(machine.requested(by: 1, at: .start) == .fetch(2))
    _ = machine.fetched(2, window: Self.window(from: .start), at: .start)
    #expect(machine.refused(2, at: .start) == .dropped)
  }

  @Test("D7: a token dropped while its refresh is in flight is not served, and who comes then joins the refresh")
  func droppedDuringRefresh() {
    var machine = Self.holding()
    _ = machine.wasRead(at: .start.after(5))
    #expect(machine.refused(1, at: .start.after(6)) == .dropped)
    #expect(machine.requested(by: 1, at: .start.after(6)) == .wait)
    #expect(machine.fetched(2, window: Self.window(from: .start.after(6)), at: .start.after(6)) == [1])
    #expect(machine.refused(2, at: .start.after(7)) == .kept)
  }
}
