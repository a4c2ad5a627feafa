import ServiceTokens

/// One part of the story: who asks for what, what is in their way, and what must be seen before the clock goes on.
///
/// What is drawn is not taken from here, but from what was seen.
struct Scene: Sendable {
  /// What goes wrong.
  enum Trouble: Sendable {
    case none
    /// The next request for a token is answered so.
    case failure(status: Int)
    /// The server forgets every token that it has issued.
    case revocation
  }

  /// What scripts go by.
  let name: String
  let title: String
  /// Since the demo began.
  let begins: Duration
  var trouble = Trouble.none
  /// What the callers ask for, all at once.
  var errand = EndpointName.serviceToken
  var scope = "converter:job.write"
  /// Moment by moment, so much must have been seen before the clock is turned on to the next.
  let moments: [[Happening: Int]]

  static let callers = 100

  static let all = [
    Scene(
      name: "one_request", title: "A hundred callers ask at once: one request", begins: .zero,
      moments: [
        [Happening(.miss): callers, Happening(.sent): 1],
        [Happening(.fetched): 1, Happening(.waited): callers, Happening(.served): callers],
      ]),
    Scene(
      name: "hits", title: "They ask again: no request, nobody waits", begins: .seconds(30 * 60),
      moments: [[Happening(.served): callers]]),
    Scene(
      name: "refreshed_ahead", title: "Five minutes before it expires it is refreshed, and still nobody waits",
      begins: .seconds(55 * 60),
      moments: [[Happening(.served): callers, Happening(.sent): 1], [Happening(.refreshed): 1]]),
    Scene(
      name: "retried", title: "Another scope, and a server that answers 503: tried again, once for all",
      begins: .seconds(56 * 60), trouble: .failure(status: 503), scope: "files:download.delegate",
      moments: [
        [Happening(.miss): callers, Happening(.sent): 1],
        [Happening(.backedOff): 1],
        [Happening(.sent): 1],
        [Happening(.fetched): 1, Happening(.waited): callers, Happening(.served): callers],
      ]),
    Scene(
      name: "recovered", title: "Every token is revoked: a hundred are refused, one fetch makes all well",
      begins: .seconds(57 * 60), trouble: .revocation, errand: .delegatedDownload,
      moments: [
        [Happening(.sent, .delegatedDownload): callers],
        [Happening(.invalidated): 1, Happening(.miss): callers, Happening(.sent): 1],
        [Happening(.fetched): 1, Happening(.waited): callers, Happening(.sent, .delegatedDownload): callers],
        [Happening(.served, .delegatedDownload): callers],
      ]),
  ]
}
