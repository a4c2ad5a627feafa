import ServiceTokenPorts

/// A list that only grows, and on which a task can await an entry that is still to come.
final class Journal<Entry: Sendable>: Sendable {
  private struct Reader: Sendable {
    let pick: @Sendable ([Entry]) -> Entry?
    let promise: Promise<Entry>
  }

  private struct State: Sendable {
    var entries: [Entry] = []
    var readers: [Reader] = []
  }

  private let state = Locked(State())

  var entries: [Entry] { state.withLock { $0.entries } }

  /// Adds `entry` and wakes those who find what they look for.
  ///
  /// - Returns: the entry's number, from 1.
  @discardableResult
  func append(_ entry: Entry) -> Int {
    let (count, found) = state.withLock { state in
      state.entries.append(entry)
      state.readers.removeAll { $0.promise.isSettled }
      let picks = state.readers.map { (reader: $0, entry: $0.pick(state.entries)) }
      state.readers = picks.filter { $0.entry == nil }.map(\.reader)
      return (state.entries.count, picks)
    }
    for (reader, entry) in found {
      if let entry { reader.promise.settle(.success(entry)) }
    }
    return count
  }

  func removeAll() {
    state.withLock { $0.entries.removeAll() }
  }

  /// The entry that `pick` finds, now or after one of the next additions.
  ///
  /// - Throws: `CancellationError` when the task is cancelled first, and nothing else.
  func entry(_ pick: @escaping @Sendable ([Entry]) -> Entry?) async throws -> Entry {
    let promise = Promise<Entry>()
    let found = state.withLock { state in
      let entry = pick(state.entries)
      if entry == nil { state.readers.append(Reader(pick: pick, promise: promise)) }
      return entry
    }
    if let found { return found }
    return try await promise.value()
  }

  /// The entry with `number`, from 1, once it is there.
  ///
  /// - Throws: `CancellationError` when the task is cancelled first, and nothing else.
  func entry(number: Int) async throws -> Entry {
    precondition(number >= 1, "entries are counted from 1")
    return try await entry { $0.count >= number ? $0[number - 1] : nil }
  }
}
