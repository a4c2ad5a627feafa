import ServiceTokenDomain
import Testing

@Suite struct TokenMachineTests {
  /// Refresh from 5 s, fresh until 10 s.
  private static func window(from moment: Reading) -> TokenWindow {
    TokenWindow(refreshFrom: moment.after(5), freshUntil: moment.after(10))
  }

  /// A machine that holds generation 1, fetched at the start.
  private static func holding() -> Keys {
    var keys = Keys()
    _ = keys.requested(by: 1, at: .start)
    _ = keys.fetched(1, window: window(from: .start), at: .start)
    return keys
  }

  @Test("S10: the first who wants a token starts a fetch, all who come later join it, and all get its token")
  func sharing() {
    var keys = Keys()
    #expect(keys.requested(by: 1, at: .start) == .fetch(1))
    #expect(keys.requested(by: 2, at: .start) == .wait)
    #expect(keys.requested(by: 3, at: .start.after(100)) == .wait)
    #expect(keys.machine.waiterCount == 3)
    #expect(keys.machine.generationInFlight == 1)
    #expect(keys.fetched(1, window: Self.window(from: .start), at: .start) == [1, 2, 3])
    #expect(keys.machine.waiterCount == 0)
    #expect(keys.machine.generationInFlight == nil)
    #expect(keys.machine.heldGeneration == 1)
  }

  @Test("S10: all who wait share the failure, and S11: the next call tries again")
  func sharedFailure() {
    var keys = Keys()
    _ = keys.requested(by: 1, at: .start)
    _ = keys.requested(by: 2, at: .start)
    #expect(keys.failed(1, at: .start) == [1, 2])
    #expect(keys.requested(by: 3, at: .start) == .fetch(2))
  }

  @Test("S6: a held token is served while it is fresh, and at the end of its window it is not, by either clock")
  func fresh() {
    let end = Reading.start.after(10)
    for (now, isFresh) in [
      (Reading.start, true), (Reading(monotonic: end.monotonic - 1, wall: end.wall - 1), true), (end, false),
      (Reading(monotonic: end.monotonic, wall: 0), false), (Reading(monotonic: 0, wall: end.wall), false),
    ] {
      var keys = Self.holding()
      #expect(keys.requested(by: 9, at: now) == (isFresh ? .serve(1) : .fetch(2)))
    }
  }

  @Test("S7: who waited gets a token however short its life, and the next one fetches again")
  func shortLived() {
    var keys = Keys()
    _ = keys.requested(by: 1, at: .start)
    let window = TokenWindow(refreshFrom: .start, freshUntil: .start)
    #expect(keys.fetched(1, window: window, at: .start.after(1)) == [1])
    #expect(keys.requested(by: 2, at: .start.after(1)) == .fetch(2))
  }

  @Test("S11: while a Retry-After runs, calls fail at once with the time left; then the next one tries again")
  func gate() {
    var keys = Keys()
    _ = keys.requested(by: 1, at: .start)
    #expect(keys.failed(1, .busy(20), at: .start) == [1])
    #expect(keys.requested(by: 2, at: .start) == .refuse(timeLeft: .seconds(20)))
    #expect(keys.requested(by: 2, at: .start.after(19)) == .refuse(timeLeft: .seconds(1)))
    #expect(keys.machine.waiterCount == 0)
    #expect(keys.requested(by: 2, at: .start.after(20)) == .probe(2))
    _ = keys.failed(2, at: .start.after(21))
    #expect(keys.requested(by: 3, at: .start.after(21)) == .fetch(3))
  }

  @Test("S11: a gate closes for an hour at most, and the clock that passes it first opens it")
  func gateLimits() {
    var keys = Keys()
    _ = keys.requested(by: 1, at: .start)
    _ = keys.failed(1, .busy(31_536_000), at: .start)
    #expect(keys.requested(by: 2, at: .start) == .refuse(timeLeft: .seconds(3600)))
    for now in [
      Reading(monotonic: Reading.start.after(3600).monotonic, wall: 0),
      Reading(monotonic: 0, wall: Reading.start.after(3600).wall),
    ] {
      var copy = keys
      #expect(copy.requested(by: 2, at: now) == .probe(2))
    }
  }

  @Test("S11: a gate that a refresh closed does not keep the valid token from anybody")
  func gateAndFreshToken() {
    var keys = Self.holding()
    #expect(keys.wasRead(at: .start.after(5)) == .fetch(2))
    #expect(keys.failed(2, .busy(20), at: .start.after(5)) == [])
    #expect(keys.requested(by: 2, at: .start.after(9)) == .serve(1))
    #expect(keys.wasRead(at: .start.after(9)) == .nothing)
    #expect(keys.requested(by: 2, at: .start.after(10)) == .refuse(timeLeft: .seconds(15)))
    #expect(keys.requested(by: 2, at: .start.after(25)) == .probe(3))
  }

  @Test("S12: one who leaves does not disturb the others; the last one to leave cancels the fetch")
  func leaving() {
    var keys = Keys()
    _ = keys.requested(by: 1, at: .start)
    _ = keys.requested(by: 2, at: .start)
    #expect(keys.left(1) == .left)
    #expect(keys.left(1) == .wasNotWaiting)
    #expect(keys.left(2) == .cancel(1))
    #expect(keys.left(2) == .wasNotWaiting)
    #expect(keys.machine.generationInFlight == nil)
    #expect(keys.requested(by: 3, at: .start) == .fetch(2))
    #expect(keys.left(3) == .cancel(2))
  }

  @Test("S13: who is served a fresh token joins nothing, and one who leaves without having joined changes nothing")
  func leavingWithoutJoining() {
    var keys = Self.holding()
    let before = keys
    #expect(keys.requested(by: 7, at: .start) == .serve(1))
    #expect(keys.left(7) == .wasNotWaiting)
    #expect(keys == before)
    var empty = Keys()
    #expect(empty.left(7) == .wasNotWaiting)
    #expect(empty == Keys())
  }

  @Test("S12: a refresh ahead has no waiter and is not cancelled by one who joins it and leaves")
  func leavingRefresh() {
    var keys = Self.holding()
    #expect(keys.wasRead(at: .start.after(6)) == .fetch(2))
    #expect(keys.requested(by: 1, at: .start.after(10)) == .wait)
    #expect(keys.requested(by: 2, at: .start.after(10)) == .wait)
    #expect(keys.left(1) == .left)
    #expect(keys.left(2) == .left)
    #expect(keys.machine.generationInFlight == 2)
    #expect(keys.requested(by: 3, at: .start.after(11)) == .wait)
    #expect(keys.fetched(2, window: Self.window(from: .start.after(11)), at: .start.after(11)) == [3])
  }

  @Test("S12: what an abandoned fetch brings is ignored, token or failure")
  func lateResults() {
    var keys = Keys()
    _ = keys.requested(by: 1, at: .start)
    _ = keys.left(1)
    let window = Self.window(from: .start)
    #expect(keys.fetched(1, window: window, at: .start) == nil)
    #expect(keys.failed(1, .busy(9), at: .start) == nil)
    #expect(keys.requested(by: 2, at: .start) == .fetch(2))
    #expect(keys.fetched(1, window: window, at: .start) == nil)
    #expect(keys.failed(1, at: .start) == nil)
    #expect(keys.machine.waiterCount == 1)
    #expect(keys.fetched(2, window: window, at: .start) == [2])
    #expect(keys.fetched(1, window: window, at: .start) == nil)
    #expect(keys.fetched(2, window: window, at: .start) == nil)
    #expect(keys.machine.heldGeneration == 2)
  }

  @Test("S6: the first reader in the window starts one refresh, nobody else does, and outside of it nobody")
  func refresh() {
    var keys = Self.holding()
    let due = Reading.start.after(5)
    #expect(keys.machine.readableWindow == Self.window(from: .start))
    #expect(keys.wasRead(at: Reading(monotonic: due.monotonic - 1, wall: due.wall - 1)) == .nothing)
    #expect(keys.wasRead(at: due) == .fetch(2))
    #expect(keys.machine.readableWindow == TokenWindow(refreshFrom: .distantFuture, freshUntil: .start.after(10)))
    #expect(keys.wasRead(at: due) == .nothing)
    #expect(keys.requested(by: 1, at: due) == .serve(1))
    #expect(keys.fetched(2, window: Self.window(from: due), at: due) == [])
    #expect(keys.machine.readableWindow == Self.window(from: due))
    var stale = Self.holding()
    #expect(stale.wasRead(at: .start.after(10)) == .nothing)
    var empty = Keys()
    #expect(empty.wasRead(at: .start) == .nothing)
    #expect(empty.machine.readableWindow == nil)
  }

  @Test("S11: a refresh that fails is tried again after 1, 2, 4, 8, 16, 30, 30 s, by the next reader")
  func paces() {
    var keys = Keys()
    _ = keys.requested(by: 1, at: .start)
    _ = keys.fetched(1, window: TokenWindow(refreshFrom: .start, freshUntil: .start.after(10_000)), at: .start)
    var now = Reading.start
    for (generation, pace) in zip(2..., [1, 2, 4, 8, 16, 30, 30, 30] as [Int64]) {
      #expect(keys.wasRead(at: now) == .fetch(UInt64(generation)))
      #expect(keys.failed(UInt64(generation), at: now) == [])
      let next = now.after(pace)
      #expect(keys.wasRead(at: Reading(monotonic: next.monotonic - 1, wall: next.wall - 1)) == .nothing)
      #expect(keys.machine.readableWindow?.refreshFrom == next)
      now = next
    }
    let last = keys.wasRead(at: now)
    #expect(last == .fetch(10))
    _ = keys.fetched(10, window: TokenWindow(refreshFrom: now, freshUntil: now.after(1000)), at: now)
    #expect(keys.wasRead(at: now) == .fetch(11))
    _ = keys.failed(11, at: now)
    #expect(keys.machine.readableWindow?.refreshFrom == now.after(1))
  }

  @Test("D7: exactly the refused token is dropped, not a newer one")
  func refused() {
    var keys = Self.holding()
    #expect(keys.refused(2, at: .start) == .superseded)
    #expect(keys.refused(1, at: .start) == .dropped)
    #expect(keys.machine.heldGeneration == nil)
    #expect(keys.machine.readableWindow == nil)
    #expect(keys.refused(1, at: .start) == .superseded)
    #expect(keys.requested(by: 1, at: .start) == .fetch(2))
    _ = keys.fetched(2, window: Self.window(from: .start), at: .start)
    #expect(keys.refused(1, at: .start) == .superseded)
    #expect(keys.machine.heldGeneration == 2)
  }

  @Test("D7: a token that a recovery has just fetched is kept for 30 s, the one after it is not protected")
  func protection() {
    var keys = Self.holding()
    _ = keys.refused(1, at: .start)
    _ = keys.requested(by: 1, at: .start)
    let window = TokenWindow(refreshFrom: .start.after(50), freshUntil: .start.after(100))
    _ = keys.fetched(2, window: window, at: .start.after(2))
    #expect(keys.refused(2, at: .start.after(2)) == .kept)
    #expect(keys.refused(2, at: .start.after(31)) == .kept)
    #expect(keys.machine.heldGeneration == 2)
    var later = keys
    #expect(later.refused(2, at: .start.after(32)) == .dropped)
    #expect(keys.wasRead(at: .start.after(50)) == .fetch(3))
    _ = keys.fetched(3, window: window, at: .start.after(50))
    #expect(keys.refused(3, at: .start.after(50)) == .dropped)
  }

  @Test("D7: a token dropped by hand is not given out again, a newer one stays, and the next is not protected")
  func invalidated() {
    var keys = Self.holding()
    #expect(keys.invalidated(2) == false)
    #expect(keys.machine.heldGeneration == 1)
    #expect(keys.invalidated(1) == true)
    #expect(keys.invalidated(1) == false)
    #expect(keys.requested(by: 1, at: .start) == .fetch(2))
    _ = keys.fetched(2, window: Self.window(from: .start), at: .start)
    #expect(keys.refused(2, at: .start) == .dropped)
  }

  @Test("D7: a token dropped while its refresh is in flight is not served, and who comes then joins the refresh")
  func droppedDuringRefresh() {
    var keys = Self.holding()
    _ = keys.wasRead(at: .start.after(5))
    #expect(keys.refused(1, at: .start.after(6)) == .dropped)
    #expect(keys.requested(by: 1, at: .start.after(6)) == .wait)
    #expect(keys.fetched(2, window: Self.window(from: .start.after(6)), at: .start.after(6)) == [1])
    #expect(keys.refused(2, at: .start.after(7)) == .kept)
  }

  // MARK: - A caller's deadline

  @Test("S12: one who runs out of time leaves alone: the fetch goes on for the others, who get its token")
  func outOfTime() {
    var keys = Keys()
    _ = keys.requested(by: 1, at: .start)
    _ = keys.requested(by: 2, at: .start)
    #expect(keys.ranOutOfTime(1) == true)
    #expect(keys.ranOutOfTime(1) == false)
    #expect(keys.machine.waiterCount == 1)
    #expect(keys.left(1) == .wasNotWaiting)
    #expect(keys.fetched(1, window: Self.window(from: .start), at: .start) == [2])
    #expect(keys.ranOutOfTime(2) == false)
  }

  @Test("S12: a deadline never ends the fetch: it goes on for nobody, who comes next joins it, and who leaves then too")
  func outOfTimeAlone() {
    var keys = Keys()
    _ = keys.requested(by: 1, at: .start)
    #expect(keys.ranOutOfTime(1) == true)
    #expect(keys.machine.waiterCount == 0)
    #expect(keys.machine.generationInFlight == 1)
    #expect(!keys.machine.isRefreshing)
    #expect(keys.requested(by: 2, at: .start) == .wait)
    #expect(keys.left(2) == .left)
    var later = keys
    #expect(later.fetched(1, window: Self.window(from: .start), at: .start) == [])
    #expect(later.requested(by: 3, at: .start) == .serve(1))
    #expect(keys.failed(1, at: .start) == [])
    #expect(keys.requested(by: 3, at: .start) == .fetch(2))
    // The next fetch dies with its last waiter again.
    #expect(keys.left(3) == .cancel(2))
  }

  @Test("S12: after one ran out of time the last of the others to leave does not cancel the fetch")
  func outOfTimeThenLeft() {
    var keys = Keys()
    _ = keys.requested(by: 1, at: .start)
    _ = keys.requested(by: 2, at: .start)
    #expect(keys.ranOutOfTime(1) == true)
    #expect(keys.left(2) == .left)
    #expect(keys.machine.generationInFlight == 1)
  }

  @Test("S12: who does not wait cannot run out of time, and changes nothing by it")
  func outOfTimeWithoutWaiting() {
    var keys = Self.holding()
    let before = keys
    #expect(keys.ranOutOfTime(1) == false)
    #expect(keys == before)
    _ = keys.wasRead(at: .start.after(5))
    #expect(keys.ranOutOfTime(1) == false)
  }

  // MARK: - Keys behind one gate

  @Test("S11: a Retry-After keeps the callers of every key out, and none from a token that is fresh")
  func sharedGate() {
    var keys = Keys(3)
    _ = keys.requested(by: 1, at: .start, key: 0)
    _ = keys.fetched(1, window: Self.window(from: .start), at: .start, key: 0)
    _ = keys.requested(by: 1, at: .start, key: 1)
    _ = keys.failed(1, .busy(20), at: .start, key: 1)
    #expect(keys.requested(by: 2, at: .start, key: 0) == .serve(1))
    #expect(keys.requested(by: 2, at: .start.after(1), key: 1) == .refuse(timeLeft: .seconds(19)))
    #expect(keys.requested(by: 2, at: .start.after(1), key: 2) == .refuse(timeLeft: .seconds(19)))
    #expect(keys.machines[2].waiterCount == 0)
  }

  @Test("S11: when the gate's time is over one key probes, its callers wait for that, those of the others are refused")
  func probe() {
    var keys = Keys(2)
    _ = keys.requested(by: 1, at: .start)
    _ = keys.failed(1, .busy(20), at: .start)
    #expect(keys.requested(by: 2, at: .start.after(20)) == .probe(2))
    #expect(keys.requested(by: 3, at: .start.after(20)) == .wait)
    #expect(keys.requested(by: 4, at: .start.after(20), key: 1) == .refuse(timeLeft: .seconds(1)))
    var opened = keys
    #expect(opened.fetched(2, window: Self.window(from: .start), at: .start.after(20)) == [2, 3])
    #expect(opened.requested(by: 4, at: .start.after(20), key: 1) == .fetch(1))
    #expect(keys.failed(2, .busy(5), at: .start.after(20)) == [2, 3])
    #expect(keys.requested(by: 4, at: .start.after(20), key: 1) == .refuse(timeLeft: .seconds(5)))
  }

  @Test("S12: a probe that is cancelled leaves its place to the next who comes, of whatever key")
  func cancelledProbe() {
    var keys = Keys(2)
    _ = keys.requested(by: 1, at: .start)
    _ = keys.failed(1, .busy(20), at: .start)
    #expect(keys.requested(by: 2, at: .start.after(20)) == .probe(2))
    #expect(keys.left(2) == .cancel(2))
    #expect(keys.requested(by: 3, at: .start.after(20), key: 1) == .probe(1))
    #expect(keys.failed(2, .busy(60), at: .start.after(20)) == nil)
    #expect(keys.fetched(1, window: Self.window(from: .start), at: .start.after(20), key: 1) == [3])
    #expect(keys.requested(by: 4, at: .start.after(20)) == .fetch(3))
  }

  @Test("S12: one who leaves another fetch does not give up somebody's probe")
  func cancelledBesideProbe() {
    var keys = Keys(3)
    _ = keys.requested(by: 1, at: .start, key: 0)
    _ = keys.requested(by: 1, at: .start, key: 1)
    _ = keys.failed(1, .busy(20), at: .start, key: 0)
    #expect(keys.requested(by: 2, at: .start.after(20), key: 0) == .probe(2))
    #expect(keys.left(1, key: 1) == .cancel(1))
    #expect(keys.requested(by: 3, at: .start.after(20), key: 2) == .refuse(timeLeft: .seconds(1)))
  }

  @Test("S12: a probe whose caller ran out of time goes on probing")
  func probeOutOfTime() {
    var keys = Keys(2)
    _ = keys.requested(by: 1, at: .start)
    _ = keys.failed(1, .busy(20), at: .start)
    _ = keys.requested(by: 2, at: .start.after(20))
    #expect(keys.ranOutOfTime(2) == true)
    #expect(keys.requested(by: 3, at: .start.after(20), key: 1) == .refuse(timeLeft: .seconds(1)))
    #expect(keys.fetched(2, window: Self.window(from: .start), at: .start.after(21)) == [])
    #expect(keys.gate.isOpen)
  }

  @Test("S11: with outages closing the gate, a fetch of any key that lands opens it for all")
  func outageAndLanding() {
    var keys = Keys(2, closesOnOutage: true)
    _ = keys.requested(by: 1, at: .start, key: 0)
    _ = keys.requested(by: 1, at: .start, key: 1)
    #expect(keys.failed(1, .outage, at: .start, key: 0) == [1])
    #expect(keys.requested(by: 2, at: .start, key: 0) == .refuse(timeLeft: .seconds(1)))
    #expect(keys.fetched(1, window: Self.window(from: .start), at: .start, key: 1) == [1])
    #expect(keys.requested(by: 2, at: .start, key: 0) == .fetch(2))
  }

  @Test("S11: the gate hears nothing of an abandoned fetch, neither its success nor its Retry-After")
  func abandonedAndGate() {
    var keys = Keys(2)
    _ = keys.requested(by: 1, at: .start, key: 0)
    #expect(keys.left(1, key: 0) == .cancel(1))
    #expect(keys.failed(1, .busy(60), at: .start, key: 0) == nil)
    #expect(keys.gate.isOpen)
    _ = keys.requested(by: 1, at: .start, key: 1)
    _ = keys.failed(1, .busy(20), at: .start, key: 1)
    #expect(keys.fetched(1, window: Self.window(from: .start), at: .start, key: 0) == nil)
    #expect(!keys.gate.isOpen)
  }

  @Test("S11: a refresh that the gate refuses is not due again until the time left is over, and then it probes")
  func refusedRefresh() {
    var keys = Keys(2)
    _ = keys.requested(by: 1, at: .start, key: 0)
    let window = TokenWindow(refreshFrom: .start.after(5), freshUntil: .start.after(100))
    _ = keys.fetched(1, window: window, at: .start, key: 0)
    _ = keys.requested(by: 1, at: .start, key: 1)
    _ = keys.failed(1, .busy(20), at: .start, key: 1)
    #expect(keys.machine.readableWindow == window)
    #expect(keys.wasRead(at: .start.after(8)) == .nothing)
    #expect(keys.machine.readableWindow?.refreshFrom == .start.after(20))
    #expect(keys.machine.generationInFlight == nil)
    #expect(keys.wasRead(at: .start.after(19)) == .nothing)
    #expect(keys.wasRead(at: .start.after(20)) == .probe(2))
    // While it probes nobody else does: the other key's reader hears of a second's pause.
    #expect(keys.requested(by: 2, at: .start.after(20), key: 1) == .refuse(timeLeft: .seconds(1)))
    #expect(keys.failed(2, .refusal, at: .start.after(20)) == [])
    #expect(keys.machine.readableWindow?.refreshFrom == .start.after(21))
  }

  @Test("S11: a refresh that finds another key probing is paused for a second")
  func refreshWhileProbing() {
    var keys = Keys(2)
    _ = keys.requested(by: 1, at: .start, key: 0)
    let window = TokenWindow(refreshFrom: .start.after(5), freshUntil: .start.after(100))
    _ = keys.fetched(1, window: window, at: .start, key: 0)
    _ = keys.requested(by: 1, at: .start, key: 1)
    _ = keys.failed(1, .busy(6), at: .start, key: 1)
    #expect(keys.requested(by: 1, at: .start.after(6), key: 1) == .probe(2))
    #expect(keys.wasRead(at: .start.after(6)) == .nothing)
    #expect(keys.machine.readableWindow?.refreshFrom == .start.after(7))
    _ = keys.fetched(2, window: window, at: .start.after(7), key: 1)
    #expect(keys.wasRead(at: .start.after(7)) == .fetch(2))
  }

  @Test("S11: failures in a row are counted, whoever waited for them, and a token ends the row")
  func failuresInARow() {
    var keys = Keys()
    for generation in 1...3 as ClosedRange<UInt64> {
      _ = keys.requested(by: 1, at: .start)
      _ = keys.failed(generation, at: .start)
      #expect(keys.machine.failuresInARow == Int(generation))
    }
    _ = keys.requested(by: 1, at: .start)
    _ = keys.left(1)
    _ = keys.failed(4, at: .start)
    #expect(keys.machine.failuresInARow == 3)
    _ = keys.requested(by: 1, at: .start)
    _ = keys.fetched(5, window: Self.window(from: .start), at: .start)
    #expect(keys.machine.failuresInARow == 0)
    _ = keys.wasRead(at: .start.after(5))
    _ = keys.failed(6, at: .start.after(5))
    #expect(keys.machine.failuresInARow == 1)
  }

  @Test("D7: a recovery is allowed once, for a token that came from the cache and is not kept")
  func recovery() {
    for refusal in [TokenMachine.Refusal.dropped, .superseded, .kept] {
      for (isFromCache, hasRecovered) in [(true, false), (true, true), (false, false), (false, true)] {
        #expect(
          refusal.allowsRecovery(isFromCache: isFromCache, hasRecovered: hasRecovered)
            == (refusal != .kept && isFromCache && !hasRecovered))
      }
    }
  }
}
