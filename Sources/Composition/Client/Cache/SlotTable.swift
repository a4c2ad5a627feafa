/// The slots of a cache, found by their keys.
///
/// A dictionary would hold each key a second time beside its slot, in a table of which up to two thirds stand empty: some
/// 170 bytes for each of 100,000 keys. A place here is one reference.
///
/// Used under the cache's lock alone.
struct SlotTable {
  /// What the places of the set are: a slot that is kept, or the one key that is looked for.
  private enum Place: Hashable {
    case kept(TokenSlot)
    case sought(Sought)

    private var key: TokenKey {
      switch self {
      case .kept(let slot): slot.key
      case .sought(let sought): sought.key
      }
    }

    static func == (left: Place, right: Place) -> Bool { left.key == right.key }
    func hash(into hasher: inout Hasher) { hasher.combine(key) }
  }

  /// Carries a key into a lookup. Made once, so that a lookup allocates nothing.
  private final class Sought {
    var key: TokenKey
    init(_ key: TokenKey) { self.key = key }
  }

  private var places: Set<Place> = []
  private var sought: Sought?

  /// How many there are.
  var count: Int { places.count }

  /// All of them, in no order.
  var all: some Sequence<TokenSlot> {
    places.lazy.compactMap { place in
      guard case .kept(let slot) = place else { return nil }
      return slot
    }
  }

  /// The slot of `key`, or nil.
  subscript(key: TokenKey) -> TokenSlot? {
    mutating get {
      let sought = sought ?? Sought(key)
      sought.key = key
      self.sought = sought
      guard let index = places.firstIndex(of: .sought(sought)), case .kept(let slot) = places[index] else { return nil }
      return slot
    }
  }

  /// Puts in a slot whose key has none.
  mutating func insert(_ slot: TokenSlot) { places.insert(.kept(slot)) }

  /// Takes one out.
  mutating func remove(_ slot: TokenSlot) { places.remove(.kept(slot)) }
}
