/// What an HTTP status means for a request of ours (SPEC R2 to R4).
///
/// | status | ``standard`` | ``original`` |
/// | --- | --- | --- |
/// | 2xx | success | success |
/// | 3xx | rejected | rejected |
/// | 401, 403 | unauthorized | unauthorized |
/// | 408, 429 | unavailable, minding `Retry-After` | rejected |
/// | other 4xx | rejected | rejected |
/// | 503 | unavailable, minding `Retry-After` | unavailable |
/// | any other | unavailable | unavailable |
///
/// *Unavailable* is retried, the others are not. 408 and 429 say "later", not "wrong": who answers a user with the error
/// class must send him to "try again", not to support.
public enum StatusTable: Sendable, Hashable, CaseIterable {
  /// SPEC's table.
  case standard
  /// The original Go client's, for those whose dashboards rely on it.
  case original

  /// What a status means.
  public enum Meaning: Sendable, Hashable {
    /// The request was done.
    case success
    /// The credentials were refused.
    case unauthorized
    /// The request was refused.
    case rejected
    /// The server cannot do it now; `mindsRetryAfter` says whether its `Retry-After` counts.
    case unavailable(mindsRetryAfter: Bool)
  }

  /// What `status` means.
  public func meaning(of status: Int) -> Meaning {
    switch status {
    case 200..<300: .success
    case 401, 403: .unauthorized
    case 408 where self == .standard, 429 where self == .standard: .unavailable(mindsRetryAfter: true)
    case 300..<500: .rejected
    case 503: .unavailable(mindsRetryAfter: self == .standard)
    default: .unavailable(mindsRetryAfter: false)
    }
  }
}
