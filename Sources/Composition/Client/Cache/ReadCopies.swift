import ServiceTokenDomain
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Copies of fresh tokens that many threads read at once without waiting for each other.
///
/// One shared object would have its reference count, and one lock its word, wander between the cores with each read. So
/// there are *stripes*: each thread has one, with copies of its own, down to the token's bytes.
///
/// Why it is safe:
/// - A stripe is touched only by whoever has its flag. Taking it acquires and giving it back releases, so what one thread
///   wrote there the next one sees. A reader that finds the flag taken goes to the next stripe, and after a few to the
///   cache: nobody waits, so nobody convoys. Nothing in between suspends, allocates or calls foreign code.
/// - What a reader takes along is a strong reference, taken under the flag; see ``PrepaidToken``. Memory is thus given back
///   by reference counts alone: a copy that is overwritten meanwhile lives until its last reader drops it.
/// - A copy counts while its slot's version is the one at which it was made. Whoever publishes raises the version, under
///   the cache's lock, before it returns: who reads after an invalidation has returned sees it, and goes to the cache.
/// - A copy that does not count any more is overwritten in time; where its token is to be gone, ``drop(_:)`` does it now.
@safe final class ReadCopies: @unchecked Sendable {
  /// What a reader finds.
  struct Found {
    var token: AccessToken
    /// Whether the reader should see to a refresh.
    var isRefreshDue: Bool
  }

  /// A copy of what was published of a slot.
  struct Copy {
    /// The scope as a caller wrote it.
    var text: String
    var slot: TokenSlot
    var version: UInt64
    var token: AccessToken
    var window: TokenWindow
    /// When the slot was last told that it is used.
    var notedUse: Int64
  }

  /// A copy as a stripe keeps it, with a token of its own.
  struct Place: ~Copyable {
    let text: String
    let slot: TokenSlot
    let version: UInt64
    let window: TokenWindow
    fileprivate var notedUse: Int64
    fileprivate var token: PrepaidToken

    init(_ copy: Copy) {
      text = copy.text
      slot = copy.slot
      version = copy.version
      window = copy.window
      notedUse = copy.notedUse
      token = PrepaidToken(copy.token.deepCopy())
    }
  }

  /// What a stripe begins with; its places follow.
  private struct Stripe: ~Copyable {
    let isTaken = Atomic<Bool>(false)
    var hits: UInt64 = 0
    /// How many of its places are filled, the first ones.
    var count = 0
    var oldest = 0
  }

  /// More than threads run at once on most machines; a power of two.
  private static let stripeCount = 16
  /// Neighbours are read ahead in pairs of 64 bytes, so no stripe shares one with another.
  private static let grain = 128
  /// How many stripes a reader tries.
  private static let tries = 3
  /// Uses within about a millisecond count as one, so that a read writes nothing that others read.
  private static let useGrain: Int64 = 1 << 20

  private let thread = ThreadNumber()
  private let ways: Int
  /// From one stripe to the next.
  private let stride: Int
  private let memory: UnsafeMutableRawPointer

  /// Makes room for copies of `ways` tokens in each stripe.
  init(ways: Int) {
    self.ways = ways
    let size = MemoryLayout<Stripe>.stride + ways * MemoryLayout<Place>.stride
    stride = (size + Self.grain - 1) & -Self.grain
    unsafe memory = .allocate(byteCount: Self.stripeCount * stride, alignment: Self.grain)
    for index in 0..<Self.stripeCount {
      unsafe (memory + index * stride).initializeMemory(as: Stripe.self, to: Stripe())
    }
  }

  deinit {
    for index in 0..<Self.stripeCount {
      unsafe places(index).deinitialize(count: stripe(index).pointee.count)
      unsafe stripe(index).deinitialize(count: 1)
    }
    unsafe memory.deallocate()
  }

  @inline(__always)
  private func stripe(_ index: Int) -> UnsafeMutablePointer<Stripe> {
    unsafe (memory + index &* stride).assumingMemoryBound(to: Stripe.self)
  }

  @inline(__always)
  private func places(_ index: Int) -> UnsafeMutablePointer<Place> {
    unsafe (memory + (index &* stride &+ MemoryLayout<Stripe>.stride)).assumingMemoryBound(to: Place.self)
  }

  /// The token whose copy `matches`, where it counts and is fresh at `now`.
  @inline(__always)
  func read(at now: Reading, where matches: (borrowing Place) -> Bool) -> Found? {
    let home = thread.current
    for offset in 0..<Self.tries {
      let index = (home + offset) & (Self.stripeCount - 1)
      let stripe = unsafe stripe(index)
      guard unsafe !stripe.pointee.isTaken.exchange(true, ordering: .acquiring) else { continue }
      defer { unsafe stripe.pointee.isTaken.store(false, ordering: .releasing) }
      for way in 0..<(unsafe stripe.pointee.count) {
        let place = unsafe places(index) + way
        guard unsafe matches(place.pointee) else { continue }
        guard unsafe place.pointee.slot.version.load(ordering: .acquiring) == place.pointee.version,
          unsafe place.pointee.window.isFresh(at: now)
        else { return nil }
        if unsafe now.monotonic &- place.pointee.notedUse > Self.useGrain {
          unsafe place.pointee.notedUse = now.monotonic
          unsafe place.pointee.slot.lastUse.store(now.monotonic, ordering: .relaxed)
        }
        unsafe stripe.pointee.hits &+= 1
        return unsafe Found(token: place.pointee.token.take(), isRefreshDue: place.pointee.window.isRefreshDue(at: now))
      }
      return nil
    }
    return nil
  }

  /// Keeps a copy for the calling thread, in place of the one for the same text, or else of the oldest.
  func keep(_ copy: Copy) {
    let place = Place(copy)
    let index = thread.current & (Self.stripeCount - 1)
    let stripe = unsafe stripe(index)
    let places = unsafe places(index)
    guard unsafe !stripe.pointee.isTaken.exchange(true, ordering: .acquiring) else { return }
    defer { unsafe stripe.pointee.isTaken.store(false, ordering: .releasing) }
    // It may have been dropped just now, and must not come back.
    guard copy.slot.version.load(ordering: .acquiring) == copy.version else { return }
    if let same = (0..<(unsafe stripe.pointee.count)).first(where: { unsafe places[$0].text == copy.text }) {
      unsafe places[same] = place
    } else if unsafe stripe.pointee.count < ways {
      unsafe (places + stripe.pointee.count).initialize(to: place)
      unsafe stripe.pointee.count += 1
    } else {
      unsafe places[stripe.pointee.oldest] = place
      unsafe stripe.pointee.oldest = (stripe.pointee.oldest + 1) % ways
    }
  }

  /// Forgets all copies of `slot`, whose version has been raised, so that a token that is to be gone is.
  func drop(_ slot: TokenSlot) {
    eachStripe { index in
      let stripe = unsafe stripe(index)
      let places = unsafe places(index)
      for way in (0..<(unsafe stripe.pointee.count)).reversed() where unsafe places[way].slot === slot {
        unsafe (places + way).deinitialize(count: 1)
        unsafe stripe.pointee.count -= 1
        // The last one moves into the gap.
        let last = unsafe stripe.pointee.count
        if way < last { unsafe (places + way).moveInitialize(from: places + last, count: 1) }
      }
    }
  }

  /// How often a token was read.
  var hits: UInt64 {
    var sum: UInt64 = 0
    eachStripe { index in unsafe sum &+= stripe(index).pointee.hits }
    return sum
  }

  /// Does `body` for each stripe, with its flag. Who has a flag gives it back within nanoseconds, or when it runs again.
  private func eachStripe(_ body: (Int) -> Void) {
    for index in 0..<Self.stripeCount {
      let stripe = unsafe stripe(index)
      while unsafe stripe.pointee.isTaken.exchange(true, ordering: .acquiring) { sched_yield() }
      defer { unsafe stripe.pointee.isTaken.store(false, ordering: .releasing) }
      body(index)
    }
  }
}
