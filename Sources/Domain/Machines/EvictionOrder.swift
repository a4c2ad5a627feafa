/// Which entry of a full cache goes first: the one that was used least recently, by an order that costs nothing while
/// entries are used.
///
/// Uses are noted by whoever holds the entries. Only when room is needed are they looked at, sorted, and then taken from
/// that order one after another, for as long as it is true of an entry: whoever was used since has a later use than all
/// that were not, and so has whoever came since.
///
/// `Entry` is what identifies an entry, a use is the moment of its last use on any scale.
public struct EvictionOrder<Entry>: Sendable where Entry: Sendable {
  private var upcoming: [(entry: Entry, use: Int64)] = []

  /// Makes an order that has looked at nothing.
  public init() {}

  /// The entry to go, or nil where all must stay.
  ///
  /// - Parameters:
  ///   - entries: all entries, looked at where the order has run out.
  ///   - lastUse: when an entry was last used; nil where it is gone, or must stay because somebody waits for it.
  public mutating func next(
    among entries: @autoclosure () -> some Sequence<Entry>, lastUse: (Entry) -> Int64?
  ) -> Entry? {
    if let entry = take(lastUse) { return entry }
    upcoming = entries().compactMap { entry in lastUse(entry).map { (entry, $0) } }.sorted { $0.use > $1.use }
    return take(lastUse)
  }

  private mutating func take(_ lastUse: (Entry) -> Int64?) -> Entry? {
    while let candidate = upcoming.popLast() {
      if lastUse(candidate.entry) == candidate.use { return candidate.entry }
    }
    return nil
  }
}
