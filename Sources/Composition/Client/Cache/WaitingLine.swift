import ServiceTokenDomain

/// Those who wait for one fetch, in the order in which they asked.
struct WaitingLine {
  private var places: [(id: TokenMachine.WaiterID, waiter: TokenSlot.Waiter?)] = []
  /// How many wait.
  private(set) var count = 0
  /// How many places there are, empty ones included.
  var placeCount: Int { places.count }

  /// The newest stands at the end, or before those who asked after it and came first.
  mutating func insert(_ waiter: TokenSlot.Waiter, as id: TokenMachine.WaiterID) {
    var index = places.endIndex
    while index > 0, places[index - 1].id > id { index -= 1 }
    places.insert((id, waiter), at: index)
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

  /// Takes all out, the first first.
  mutating func removeAll() -> [TokenSlot.Waiter] {
    defer { self = WaitingLine() }
    return places.compactMap(\.waiter)
  }
}
