#if Curl
  import ServiceTokenDomain

  /// Puts an answer together from the lines and pieces in which libcurl delivers it, within bounds.
  ///
  /// Only the last head counts: interim answers (1xx) come first and are dropped, trailers come after and are too.
  struct AnswerReader {
    /// What a head may be long, interim ones and trailers included: below libcurl's own 300 KiB, which it reports as a
    /// broken connection.
    static let headLimit = 256 * 1024

    private let limits: HTTPRequest.Limits
    private var headBytes = 0
    private var status: Int?
    private var fields: [HTTPHeaders.Field] = []
    private var headIsComplete = false
    private var body: [UInt8] = []
    private var refusal: Refusal?

    private enum Refusal { case malformedHead, longBody }

    init(limits: HTTPRequest.Limits) { self.limits = limits }

    /// Takes one line of a head with its line end. False when the transfer is to end.
    mutating func takeHeader(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
      headBytes += line.count
      guard headBytes <= Self.headLimit else {
        refusal = .malformedHead
        return false
      }
      guard !headIsComplete else { return true }
      let text = unsafe line.trimmed
      if unsafe text.isEmpty {
        guard (status ?? 0) >= 200 else { return true }
        guard hasOneLength else {
          refusal = .malformedHead
          return false
        }
        headIsComplete = true
      } else if unsafe text.first == UInt8(ascii: "H"), unsafe text.starts(with: "HTTP/".utf8) {
        // The second word.
        let rest = unsafe text.drop { $0 != 0x20 }.drop { $0 == 0x20 }
        status = unsafe Int(rest.prefix { $0 != 0x20 }.text)
        fields = []
        fields.reserveCapacity(8)
      } else if let first = unsafe line.first, first.isHTTPSpace, let folded = fields.popLast() {
        // RFC 9112 §5.2: a line that begins with a blank continues the one before.
        fields.append(.init(name: folded.name, value: unsafe "\(folded.value) \(text.text)"))
      } else if let colon = unsafe text.firstIndex(of: UInt8(ascii: ":")) {
        unsafe fields.append(.init(name: text[..<colon].text, value: text[(colon + 1)...].trimmed.text))
      }
      return true
    }

    /// Whether the fields agree on one length of the body, if they give one: any number of octets, said however often
    /// (RFC 9112 §6.3). libcurl takes the last of several, as much of it as is a number, and none that 64 bits do not hold.
    private var hasOneLength: Bool {
      // As nearly all servers say it, and without taking texts apart.
      var said = fields.lazy.filter { $0.isNamed("Content-Length") }.makeIterator()
      if let only = said.next(), said.next() == nil, only.value.isLength { return true }
      let lengths = HTTPHeaders(fields).values(of: "Content-Length").flatMap { value in
        value.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
          .map { String(Substring($0.trimmed)) }
      }
      return lengths.allSatisfy { $0 == lengths[0] && $0.isLength }
    }

    /// Takes a piece of the body, up to the limit. False when the transfer is to end.
    mutating func takeBody(_ piece: UnsafeBufferPointer<UInt8>) -> Bool {
      guard headIsComplete, let status else {
        refusal = .malformedHead
        return false
      }
      let room = max(0, limits.bytes(forStatus: status) - body.count)
      unsafe body.append(contentsOf: piece.prefix(room))
      guard piece.count <= room else {
        refusal = .longBody
        return false
      }
      return true
    }

    /// The answer; `failure` is why libcurl ended the transfer, nil when it came to its end.
    consuming func result(_ failure: TransportFailure?, timeToHead: Duration) -> Result<HTTPResponse, any Error> {
      let failure = refusal == .malformedHead ? TransportFailure(.malformed, "no head that HTTP allows") : failure
      guard headIsComplete, let status else {
        return .failure(failure ?? TransportFailure(.brokenOff, "the answer ended in its head"))
      }
      let end: HTTPResponse.End = refusal == .longBody ? .tooLong : failure.map { .brokenOff($0) } ?? .complete
      return .success(
        HTTPResponse(status: status, headers: HTTPHeaders(fields), body: body, end: end, timeToHead: timeToHead))
    }
  }

  extension UInt8 {
    /// A blank, a tab or a part of a line end.
    fileprivate var isHTTPSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0D || self == 0x0A }
    fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
  }

  extension String {
    /// Whether it is a number of octets: nothing but digits, as many as 64 bits hold.
    fileprivate var isLength: Bool { utf8.areAll(\.isDigit) && Int64(self) != nil }
  }

  extension BidirectionalCollection<UInt8> {
    /// Without blanks and line ends at either end.
    fileprivate var trimmed: SubSequence {
      guard let first = firstIndex(where: { !$0.isHTTPSpace }), let last = lastIndex(where: { !$0.isHTTPSpace })
      else { return self[endIndex...] }
      return self[first...last]
    }
  }

  extension Slice<UnsafeBufferPointer<UInt8>> {
    fileprivate var text: String { unsafe String(decoding: UnsafeBufferPointer(rebasing: self), as: UTF8.self) }
  }
#endif
