import ServiceTokenDomain

/// A token that hands out references to itself which were counted in advance: one atomic step on its count for sixteen
/// readers, instead of one for each.
///
/// What a reader gets is an ordinary strong reference, which it drops when and where it likes. The token's count is always
/// one for this value, one for each reference that a reader has, and one for each that is ``left``; those are given back
/// with the value itself, which cannot be copied.
///
/// Used by one thread at a time: who takes has the stripe's flag.
struct PrepaidToken: ~Copyable {
  private let token: AccessToken
  /// How many references are counted that nobody has taken.
  private var left = 0

  init(_ token: AccessToken) { self.token = token }

  /// The token, for one reader.
  @inline(__always)
  mutating func take() -> AccessToken {
    let reference = unsafe token.reference
    if left == 0 {
      unsafe Self.retainSixteenTimes(reference)
      left = 16
    }
    left &-= 1
    return unsafe AccessToken(retained: reference)
  }

  deinit {
    let reference = unsafe token.reference
    for _ in 0..<left { unsafe reference.release() }
  }

  /// Written out, because the optimizer makes one atomic step of what stands in a row, and sixteen of a loop.
  @inline(never)
  private static func retainSixteenTimes(_ reference: Unmanaged<AccessToken.Storage>) {
    _ = unsafe reference.retain().retain().retain().retain()
    _ = unsafe reference.retain().retain().retain().retain()
    _ = unsafe reference.retain().retain().retain().retain()
    _ = unsafe reference.retain().retain().retain().retain()
  }
}
