import ServiceTokenPorts

extension LoopbackServer {
  /// What a server has seen, and a way to wait until it has seen more without asking again and again.
  public struct Facts: Sendable {
    /// The requests, in the order in which they were read to their end; the latest ones where a server is to remember no
    /// more.
    public internal(set) var requests: [Request] = []
    /// How many requests were read, those included that are no longer remembered.
    public internal(set) var requestCount = 0
    /// How many connections were taken.
    public internal(set) var connections = 0
    /// How many bytes of answers a client's system has taken, by number of the connection. More than the client has read:
    /// the buffers of both sockets lie between.
    public internal(set) var bytesSent: [Int: Int] = [:]
    /// The connections that ended because the client closed or reset them, by number.
    public internal(set) var closedByClient: Set<Int> = []
    /// How many connections are open now.
    public internal(set) var open = 0
  }
}

/// Facts behind a lock, with those who wait for them.
final class FactBook: Sendable {
  private struct Waiter {
    let isMet: @Sendable (LoopbackServer.Facts) -> Bool
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct Pages {
    var facts = LoopbackServer.Facts()
    var waiters: [Int: Waiter] = [:]
    var nextID = 0
    var cancelled: Set<Int> = []
  }

  private let pages = Locked(Pages())

  var facts: LoopbackServer.Facts { pages.withLock(\.facts) }

  /// Writes a fact, and resumes those who waited for it.
  func note<Result>(_ change: (inout LoopbackServer.Facts) -> Result) -> Result {
    let (result, met) = pages.withLock { pages in
      let result = change(&pages.facts)
      let met = pages.waiters.filter { $0.value.isMet(pages.facts) }
      for id in met.keys { pages.waiters[id] = nil }
      return (result, met.values)
    }
    for waiter in met { waiter.continuation.resume() }
    return result
  }

  /// Returns when `isMet` holds, or when the task is cancelled, as a test's time limit does.
  func wait(until isMet: @escaping @Sendable (LoopbackServer.Facts) -> Bool) async {
    let id = pages.withLock { pages in
      pages.nextID += 1
      return pages.nextID
    }
    await withTaskCancellationHandler {
      defer { ThreadSanitizer.wasResumed() }
      await withCheckedContinuation { continuation in
        let isDone = pages.withLock { pages in
          if isMet(pages.facts) || pages.cancelled.contains(id) { return true }
          pages.waiters[id] = Waiter(isMet: isMet, continuation: continuation)
          return false
        }
        if isDone { continuation.resume() }
      }
    } onCancel: {
      let waiter = pages.withLock { pages in
        pages.cancelled.insert(id)
        return pages.waiters.removeValue(forKey: id)
      }
      waiter?.continuation.resume()
    }
  }
}
