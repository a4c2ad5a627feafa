/// What became of a token that was handed to somebody: the answer of a closure given to
/// ``ServiceTokenProvider/withToken(for:within:_:)``.
public enum TokenUse<Result> {
  /// It was taken, or nobody looked at it; this is what came of it.
  case accepted(Result)
  /// The server refused the token itself: it is revoked, or unknown. This is what to give back where a fresh one cannot
  /// be tried, or is refused as well.
  case refused(Result)
}

extension TokenUse: Sendable where Result: Sendable {}
