/// What a request is authorized with, once it is known.
public enum Credential: Sendable, Equatable {
  /// The client's id and secret, in one of the three forms of SPEC S3.
  case client(ClientCredentials, ClientAuthentication)
  /// A service token.
  case bearer(Secret)
  /// Nothing.
  case none

  /// What must not come back in an error: the secret, and the form in which a header carries it.
  public var secrets: [Secret] {
    switch self {
    case .client(let credentials, let form):
      // Without the six bytes of "Basic ".
      [credentials.clientSecret, Secret(credentials.exposeBasic(form).utf8.dropFirst(6))]
    case .bearer(let token): [token]
    case .none: []
    }
  }
}

extension EndpointRequest {
  /// The request as it is sent: with the issuer's URL, the body encoded, and authorized.
  ///
  /// - Throws: ``ServiceTokenError/Code/invalidConfiguration`` where the credentials are to go into the body and the
  ///   body is no form, or where the path does not begin with a slash.
  public func httpRequest(issuer: BaseURL, credential: Credential) throws -> HTTPRequest {
    // Behind the issuer, `.evil.example` or `@evil.example` would name another host, which would get the credentials.
    guard path.isEmpty || path.utf8.first == UInt8(ascii: "/") else {
      throw ServiceTokenError(.invalidConfiguration, "the path of an endpoint must begin with a slash")
    }
    var content = content
    var headers = headers
    headers.reserveCapacity(headers.count + 2)
    switch credential {
    case .client(let credentials, .post):
      let fields = [
        (name: "client_id", value: credentials.clientID),
        (name: "client_secret", value: credentials.clientSecret.expose()),
      ]
      switch content {
      case .form(let own): content = .form(own + fields)
      case .none: content = .form(fields)
      case .json:
        throw ServiceTokenError(
          .invalidConfiguration, "client authentication 'post' needs a form as the request's body")
      }
    case .client(let credentials, let form):
      headers["Authorization"] = credentials.exposeBasic(form)
    case .bearer(let token):
      headers["Authorization"] = "Bearer \(token.expose())"
    case .none:
      break
    }
    let body: [UInt8]
    switch content {
    case .none: body = []
    case .form(let fields):
      headers["Content-Type"] = "application/x-www-form-urlencoded"
      body = Wire.Form.serialized(fields)
    case .json(let json):
      headers["Content-Type"] = "application/json"
      body = json.serialized()
    }
    let isForged =
      !(method.isOneLine && headers.allSatisfy { $0.name.isOneLine && $0.value.isOneLine }
      && path.utf8.areAll { $0 >= 0x21 && $0 <= 0x7E })
    guard !isForged else {
      throw ServiceTokenError(
        .invalidArgument, "method, path or a header field holds a character that cannot go over the wire")
    }
    return HTTPRequest(method: method, url: issuer.appending(path: path), headers: headers, body: body)
  }
}

extension String {
  /// Whether it holds no control character.
  fileprivate var isOneLine: Bool { utf8.areAll { $0 >= 0x20 && $0 != 0x7F } }
}
