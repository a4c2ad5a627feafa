extension Conformance {
  /// One promise of ``/ServiceTokenPorts/Ports/HTTP`` that ``check(http:except:patience:reachedBy:)`` looks at.
  ///
  /// An open set: later versions of the suite look at more.
  public struct HTTPCase: Sendable, Hashable, CustomStringConvertible {
    /// The promise in a sentence, as findings name it.
    public let promise: String

    /// Names a case.
    public init(_ promise: String) { self.promise = promise }

    /// The promise.
    public var description: String { promise }

    /// Every case of the suite, in its order.
    public static var all: [HTTPCase] { HTTPCheck.all().map(\.looksAt) }
  }
}

// Just this request.
extension Conformance.HTTPCase {
  /// Method, target, fields and body, whatever bytes they hold.
  public static let exactRequest = Self("a request goes out byte for byte as it is")
  /// `/a/../b` is not `/b`.
  public static let pathAsIs = Self("dot segments of a path go out as they are")
  /// As they were set.
  public static let fieldOrder = Self("header fields go out in their order")
  /// `Host`, `Content-Length`, `User-Agent`, and what content coding and the protocol need.
  public static let nothingAdded = Self("nothing is added to a request that need not be")
  /// Whatever it is called, also without a body.
  public static let everyMethod = Self("every method goes out as it is")
  /// A line break in a value is an error, and nothing is sent.
  public static let noForgedLine = Self("a line break in a header field is refused")
  /// Across requests of one transport.
  public static let noCookies = Self("no cookie is kept or sent")
  /// However cacheable an answer says it is.
  public static let noCache = Self("no answer is cached")
  /// User-info of a URL is not sent, whether that is an error or not.
  public static let noCredentialsOfURL = Self("no credentials are taken from a URL")
  /// Basic, Digest, Negotiate, Bearer, and those of a proxy.
  public static let noChallengeAnswered = Self("no challenge is answered")
  /// Upgrade, Alt-Svc, Refresh and their like.
  public static let noOfferTaken = Self("no offer to go on elsewhere or otherwise is taken")
  /// Whatever the status, wherever it points.
  public static let noRedirectFollowed = Self("no redirect is followed")
  /// Whatever the answer, or the lack of it.
  public static let oneAttempt = Self("nothing is sent twice")
}

// Just its answer.
extension Conformance.HTTPCase {
  /// Status, fields and body, whatever bytes they hold.
  public static let exactAnswer = Self("status, header fields and body come back as they were sent")
  /// As of any other answer.
  public static let bodyOfRedirect = Self("the body of a redirect comes with it")
  /// RFC 9112 §7.1.
  public static let chunks = Self("a body in chunks is put together")
  /// RFC 9112 §7.1.2.
  public static let trailer = Self("a trailer is not taken for header fields")
  /// RFC 9110 §15.2.
  public static let interim = Self("an interim answer is not the answer")
  /// RFC 9110 §9.3.2.
  public static let answerToHEAD = Self("the answer to HEAD has no body")
  /// Else a server, or whoever can write into an answer, forges answers (RFC 9112 §11.2).
  public static let oneAnswerEach = Self("what follows an answer is not the next request's answer")
  /// The body up to there is kept.
  public static let tornBody = Self("a body that breaks off is an answer that broke off")
  /// From the head on nothing is thrown.
  public static let statusStands = Self("a status stands whatever becomes of its body")
  /// Closed or reset.
  public static let noHead = Self("a connection that ends before the head is a failure")
  /// Closed or reset.
  public static let tornHead = Self("a connection that ends in the middle of the head is a failure")
  /// No status line, or one that HTTP does not know.
  public static let noHTTP = Self("what is no HTTP is a failure")
  /// At a port where nobody listens.
  public static let refused = Self("a connection that is refused is a failure")
}

// One deadline, bounded memory.
extension Conformance.HTTPCase {
  /// Before anything came.
  public static let deadlineInSilence = Self("a silent server meets the deadline")
  /// However slowly bytes trickle.
  public static let deadlineInHead = Self("a head that trickles meets the deadline")
  /// However slowly bytes trickle; the answer then broke off.
  public static let deadlineInBody = Self("a body that trickles meets the deadline")
  /// One byte less, one byte more.
  public static let successLimit = Self("of a 2xx body no more than the limit is kept")
  /// One byte less, one byte more.
  public static let failureLimit = Self("of any other body no more than its limit is kept")
  /// A body in gzip that nobody asked for.
  public static let unpackedLimit = Self("a limit counts bytes after content coding was undone")
  /// The rest is not taken from the network.
  public static let nothingReadBeyond = Self("no body is read on beyond its limit")
  /// A line, many fields, many interim answers.
  public static let boundedHead = Self("a head without end is a failure, and is not read on")
}

// Prompt cancellation, silence, many at once.
extension Conformance.HTTPCase {
  /// And nothing is sent.
  public static let cancelledBefore = Self("a task cancelled before sends nothing")
  /// At once.
  public static let cancelledInFlight = Self("a request cancelled in flight ends in the cancellation")
  /// At once.
  public static let cancelledInBody = Self("a request cancelled in its body ends in the cancellation")
  /// Where the platform can do that.
  public static let cancelledOnTheWire = Self("a cancelled request is ended on the wire")
  /// Before and in flight, by ``/ServiceTokenPorts/Ports/Cancellation``; the calling task is not cancelled.
  public static let cancelledFromOutside = Self("a request ends by its cancellation object as by its task")
  /// Those of the same transport.
  public static let othersGoOn = Self("others go on when one is cancelled")
  /// A hundred, none of them answered before all have come.
  public static let manyAtOnce = Self("a hundred requests are in flight at once")
  /// As far as the texts of errors go.
  public static let silence = Self("no error's text holds a secret or the server's words")
}
