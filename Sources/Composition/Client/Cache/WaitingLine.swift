import ServiceTokenDomain

/// Those who wait for one fetch, in the order in which they asked.
struct WaitingLine {
  private struct Place {
    let id: TokenMachine.WaiterID
    var waiter: TokenSlot.Waiter?
  }

  private var places: [Place] = []
  /// How many wait.
  private(set) var count = 0
  /// How many places there are, empty ones included.
  var placeCount: Int { places.count }

  /// A line in which nobody waits.
  init() {}

  /// A line of one.
  init(of waiter: TokenSlot.Waiter, as id: TokenMachine.WaiterID) { insert(waiter, as: id) }

  /// The newest stands at the end, or before those who asked after it and came first.
  mutating func insert(_ waiter: TokenSlot.Waiter, as id: TokenMachine.WaiterID) {
    var index = places.endIndex
    while index > 0, places[index - 1].id > id { index -= 1 }
    places.insert(Place(id: id, waiter: waiter), at: index)
    count += 1
  }

  /// Takes one out who leaves. Its place stays empty, so that ten thousand may leave one by one; where most
  /// are empty, those are given up together.
  mutating func remove(_ id: TokenMachine.WaiterID) -> TokenSlot.Waiter? {
    var (low, high) = (0, places.endIndex)
    while low < high {
      let middle = (low + high) / 2
      if places[middle].id < id { low = middle + 1 } else { high = middle }
    }
    guard low < places.endIndex, places[low].id == id, let waiter = places[low].waiter else { return nil }
    places[low].waiter = nil
    count -= 1
    if placeCount > 2 * count + 64 { places.removeAll { $0.waiter == nil } }
    return waiter
  }

  /// Does `body` with each, the first first.
  func forEach(_ body: (TokenSlot.Waiter) -> Void) {
    // An iterator would copy each place as a whole.
    for index in places.indices {
      if let waiter = places[index].waiter { body(waiter) }
    }
  }
}
