import ServiceTokenDomain

/// Virtual time: what is going to happen, and what each clock of the world says.
///
/// There are three clocks. The process's monotonic clock drives everything; it stands still while the machine is
/// suspended. The process's wall clock runs on then, and somebody may set it. The server's clock is the true time.
final class Timeline {
  private struct Event {
    let moment: Int64
    /// Which of two at the same moment comes first is chance.
    let rank: UInt64
    let ticket: Int
  }

  /// What both clocks of the process say.
  private(set) var now: Reading
  /// What the server's clock says, in nanoseconds since 1970.
  private(set) var trueTime: Int64

  private var heap: [Event] = []
  private var actions: [Int: () -> Void] = [:]
  private var lastTicket = 0
  private var dice: Dice

  init(_ dice: Dice) {
    self.dice = dice
    trueTime = 1_790_000_000_000_000_000 + self.dice.nanoseconds(.zero ... .seconds(86_400 * 400))
    now = Reading(monotonic: self.dice.nanoseconds(.zero ... .seconds(1_000_000)), wall: trueTime)
  }

  var monotonic: Int64 { now.monotonic }

  // MARK: - Planning

  /// Does `action` at `moment` of the monotonic clock, or now where that is past.
  @discardableResult
  func at(_ moment: Int64, _ action: @escaping () -> Void) -> Int {
    lastTicket += 1
    actions[lastTicket] = action
    push(Event(moment: max(moment, now.monotonic), rank: dice.next(), ticket: lastTicket))
    return lastTicket
  }

  /// Does `action` so many nanoseconds from now.
  @discardableResult
  func after(_ nanoseconds: Int64, _ action: @escaping () -> Void) -> Int { at(now.monotonic + nanoseconds, action) }

  /// What was planned under this ticket does not happen.
  func cancel(_ ticket: Int) { actions[ticket] = nil }

  // MARK: - Passing

  /// Whether something is to happen now.
  var isDue: Bool { dropCancelled().map { $0.moment <= now.monotonic } ?? false }

  /// Whether anything is going to happen at all.
  var isEmpty: Bool { dropCancelled() == nil }

  /// Does one of the things that are due.
  func runOne() {
    guard let event = dropCancelled() else { return }
    pop()
    actions.removeValue(forKey: event.ticket)?()
  }

  /// Lets time pass until the next thing is due.
  func advance() {
    guard let next = dropCancelled() else { return }
    pass(next.moment - now.monotonic)
  }

  /// A little time passes, as it does between two instructions of a thread that another one interrupts.
  func tick(_ nanoseconds: Int64) { pass(nanoseconds) }

  private func pass(_ nanoseconds: Int64) {
    now.monotonic += nanoseconds
    now.wall += nanoseconds
    trueTime += nanoseconds
  }

  // MARK: - Jumping

  /// The machine sleeps: its monotonic clock stops, the world goes on.
  func suspend(for nanoseconds: Int64) {
    now.wall += nanoseconds
    trueTime += nanoseconds
  }

  /// Somebody sets the wall clock.
  func setWall(by nanoseconds: Int64) { now.wall += nanoseconds }

  // MARK: - The heap

  private func dropCancelled() -> Event? {
    while let first = heap.first, actions[first.ticket] == nil { pop() }
    return heap.first
  }

  private func isBefore(_ left: Event, _ right: Event) -> Bool {
    (left.moment, left.rank) < (right.moment, right.rank)
  }

  private func push(_ event: Event) {
    heap.append(event)
    var child = heap.count - 1
    while child > 0, isBefore(heap[child], heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private func pop() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var parent = 0
    while true {
      var least = parent
      if 2 * parent + 1 < heap.count, isBefore(heap[2 * parent + 1], heap[least]) { least = 2 * parent + 1 }
      if 2 * parent + 2 < heap.count, isBefore(heap[2 * parent + 2], heap[least]) { least = 2 * parent + 2 }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
