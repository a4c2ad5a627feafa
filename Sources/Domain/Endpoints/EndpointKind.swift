/// Which endpoint of the authorization server a call goes to, and everything that is particular to it: what is sent,
/// how it is authorized, how the answer is read, which errors its failures are.
///
/// Retry, recovery after a refusal, time-outs, logging and cancellation come from the client and are the same for all.
/// `service_token` and `delegated_download` are written with what you see here and nothing else. A kind is a pure value:
/// it does no I/O and reads no clock, so it can be defined and tested with this module alone.
///
/// If the answer is a token worth keeping, conform to ``CachedEndpointKind``.
public protocol EndpointKind<Input, Output>: Sendable {
  /// What a caller passes in.
  associatedtype Input: Sendable
  /// What a caller gets back.
  associatedtype Output: Sendable

  /// The name for logs and errors.
  var name: EndpointName { get }

  /// Which errors its failures are.
  var failureCodes: FailureCodes { get }

  /// How it is retried. Default: ``RetryPolicy/standard``.
  var retryPolicy: RetryPolicy { get }

  /// Checks what a caller passed in, before anything else happens. Default: everything is fine.
  ///
  /// - Throws: ``ServiceTokenError/Code/invalidArgument``; it reaches the caller as it is and nothing is sent.
  func validate(_ input: Input) throws

  /// What tells this call from others in a log.
  func label(for input: Input) -> EndpointLabel

  /// Fields that the events about this kind's answers carry (`parse_failed`, `invalid_shape`). Default: none.
  func eventFields(for input: Input) -> [LogEvent.Field]

  /// With what the request is authorized.
  func authorization(for input: Input) -> EndpointAuthorization

  /// The request, without authorization. It is called anew for every attempt (SPEC R6).
  ///
  /// - Throws: anything; the call then fails as *unavailable*, not retried, nothing sent (SPEC R0).
  func request(for input: Input) throws -> EndpointRequest

  /// Reads a 2xx answer whose body is whole.
  ///
  /// - Throws: ``AnswerRejection`` where the answer is none. The call then fails as *unavailable* and is not retried
  ///   (SPEC S4, D5). Any other error counts as a body that could not be parsed, and its text is not shown.
  func read(_ answer: EndpointAnswer, for input: Input) throws -> EndpointReading<Output>
}

extension EndpointKind {
  /// SPEC's policy.
  public var retryPolicy: RetryPolicy { .standard }

  /// None.
  public func eventFields(for input: Input) -> [LogEvent.Field] { [] }

  /// Takes everything.
  public func validate(_ input: Input) throws {}
}

/// An endpoint kind whose answers are access tokens that are cached, refreshed and fetched once for all who wait.
public protocol CachedEndpointKind: EndpointKind where Output == AccessToken {
  /// What makes two inputs ask for the same token: the key of the cache, together with the kind's name.
  func tokenRequest(for input: Input) -> TokenRequest
}

/// With what a request is authorized.
public enum EndpointAuthorization: Sendable, Hashable {
  /// With the client's id and secret, in the form that is configured (SPEC S3).
  case clientCredentials
  /// With a service token (RFC 6750), from the cache where it is fresh.
  case bearer(TokenRequest)
  /// Not at all.
  case none
}

/// What tells one call from another in a log: the scope, the object key.
public struct EndpointLabel: Sendable, Hashable, ExpressibleByStringLiteral {
  /// The text.
  public let text: String
  /// Whether it is a user's data, which a setting hashes or drops (SPEC §7).
  public let isUserData: Bool

  /// Makes a label.
  public init(_ text: String, isUserData: Bool = false) {
    self.text = text
    self.isUserData = isUserData
  }

  /// Makes a label that is the same for every call, and so no user's data.
  public init(stringLiteral text: String) { self.init(text) }
}

/// What an endpoint kind sends, before it is authorized and given the issuer's URL.
public struct EndpointRequest: Sendable {
  /// A body and its media type.
  public enum Content: Sendable {
    /// No body.
    case none
    /// `application/x-www-form-urlencoded`, in this order.
    case form([(name: String, value: String)])
    /// `application/json`.
    case json(Wire.JSON)
  }

  /// The method, `POST` unless said otherwise.
  public var method: String
  /// The path below the issuer, with a leading slash.
  public var path: String
  /// The body. Its `Content-Type` is set with it.
  public var content: Content
  /// Further header fields. `Accept: application/json` is there from the start.
  public var headers: HTTPHeaders
  /// What of the request is secret, such as a token in its form: a server that echoes it gets it into no error.
  public var secrets: [Secret]

  /// Makes a request.
  public init(
    method: String = "POST", path: String, content: Content = .none,
    headers: HTTPHeaders = ["Accept": "application/json"], secrets: [Secret] = []
  ) {
    self.method = method
    self.path = path
    self.content = content
    self.headers = headers
    self.secrets = secrets
  }
}

extension EndpointRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Method, path and the kind of content: a form may hold a token to exchange or to revoke.
  public var description: String { "\(method) \(path) \(content)" }
  /// The same as ``description``.
  public var debugDescription: String { description }
  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}

extension EndpointRequest.Content: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The kind of content, and of a form the names of its fields.
  public var description: String {
    switch self {
    case .none: "no content"
    case .form(let fields): "form [\(fields.map(\.name).joined(separator: ", "))]"
    case .json(let json): "json \(json)"
    }
  }
  /// The same as ``description``.
  public var debugDescription: String { description }
  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .enum) }
}

/// A 2xx answer, for an endpoint kind to read.
public struct EndpointAnswer: Sendable {
  /// The answer.
  public let response: HTTPResponse
  /// Both clocks just before the attempt was sent: what a relative expiry counts from (SPEC S5).
  public let sentAt: Reading

  /// Makes an answer.
  public init(response: HTTPResponse, sentAt: Reading) {
    self.response = response
    self.sentAt = sentAt
  }

  /// The body as JSON.
  ///
  /// - Throws: ``AnswerRejection`` for a body that is no JSON object, or is nested deeper than 64 (SPEC S4).
  public func jsonObject() throws -> Wire.JSON {
    let json: Wire.JSON
    do {
      json = try Wire.JSON(parsing: response.body)
    } catch {
      throw AnswerRejection.unparsable(error.description)
    }
    guard case .object = json else { throw AnswerRejection.unparsable("the body is no JSON object") }
    return json
  }
}

extension EndpointKind {
  /// Reads a 2xx answer: rejects one that is too long, asks the kind, and gives every fault one shape.
  ///
  /// - Throws: ``AnswerRejection``.
  public func reading(of answer: EndpointAnswer, for input: Input) throws(AnswerRejection) -> EndpointReading<Output> {
    guard answer.response.end != .tooLong else { throw .unparsable("the body is too long") }
    do {
      return try read(answer, for: input)
    } catch let rejection as AnswerRejection {
      throw rejection
    } catch {
      throw .unparsable("the body cannot be read")
    }
  }
}

/// What an endpoint kind read out of an answer.
public struct EndpointReading<Output: Sendable>: Sendable {
  /// The result.
  public let output: Output
  /// What to log about it, `obtained` first. See ``LogEvent``; no token, no body.
  public let events: [LogEvent]

  /// Makes a reading.
  public init(_ output: Output, events: [LogEvent] = []) {
    self.output = output
    self.events = events
  }
}

/// Why a 2xx answer is none.
public struct AnswerRejection: Error, Sendable, Hashable {
  /// What is wrong with the answer, which decides the event that is logged.
  public enum Fault: Sendable, Hashable {
    /// It cannot be read: event `parse_failed`.
    case unparsable
    /// It can be read, but a needed value is missing or impossible: event `invalid_shape`.
    case invalidShape
  }

  /// What is wrong.
  public let fault: Fault
  /// What is wrong in words, for the error and for `err` of `parse_failed`; nothing of the body.
  public let reason: String
  /// Further fields of the event.
  public let fields: [LogEvent.Field]

  private init(fault: Fault, reason: String, fields: [LogEvent.Field]) {
    self.fault = fault
    self.reason = reason
    self.fields = fields
  }

  /// The answer cannot be read.
  public static func unparsable(_ reason: String) -> AnswerRejection {
    AnswerRejection(fault: .unparsable, reason: reason, fields: [])
  }

  /// The answer lacks something that is needed.
  public static func invalidShape(_ reason: String, fields: [LogEvent.Field] = []) -> AnswerRejection {
    AnswerRejection(fault: .invalidShape, reason: reason, fields: fields)
  }
}
