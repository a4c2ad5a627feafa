/// How the client proves to the token endpoint who it is (RFC 6749 §2.3.1, SPEC S3).
///
/// Real servers split over a secret such as `s3cr3t+/=& %x`: some take only the raw form of HTTP Basic, some only the
/// encoded one. A secret is never sent again in another form by itself; an error names the form to try.
public enum ClientAuthentication: String, Sendable, Hashable, CaseIterable {
  /// HTTP Basic with id and secret as they are. The default: Member Center is known to take it.
  case basicRaw = "basic-raw"
  /// HTTP Basic with id and secret form-encoded first, as RFC 6749 §2.3.1 says; a blank as `%20`, which every decoder
  /// reads.
  case basicEncoded = "basic-encoded"
  /// `client_id` and `client_secret` in the body.
  case post = "post"
}

/// Who the client is: the id and the secret, as they go into one request.
public struct ClientCredentials: Sendable, Equatable {
  /// The client id. It is not a secret.
  public let clientID: String
  /// The client secret.
  public let clientSecret: Secret

  /// Makes credentials.
  public init(clientID: String, clientSecret: Secret) {
    self.clientID = clientID
    self.clientSecret = clientSecret
  }

  /// Whether the two Basic forms write these credentials differently (SPEC S3).
  public var dependOnBasicForm: Bool {
    !(Wire.Percent.isPlain(clientID.utf8) && clientSecret.withExposedBytes { Wire.Percent.isPlain($0) })
  }

  /// The value of an `Authorization` header of HTTP Basic (RFC 7617) in `form`, which is one of the two Basic ones. It is
  /// a secret from here on.
  func exposeBasic(_ form: ClientAuthentication) -> String {
    var pair: [UInt8] = []
    switch form {
    case .basicEncoded:
      pair += Wire.Form.encode(clientID, blank: .percent20).utf8
      pair.append(UInt8(ascii: ":"))
      pair += Wire.Form.encode(clientSecret.expose(), blank: .percent20).utf8
    case .basicRaw, .post:
      pair.reserveCapacity(clientID.utf8.count + 1 + clientSecret.count)
      pair += clientID.utf8
      pair.append(UInt8(ascii: ":"))
      clientSecret.withExposedBytes { pair += $0 }
    }
    return Wire.Base64.encode(pair, after: "Basic ")
  }
}

extension ClientAuthentication {
  /// The form that may work where `self` was refused; nil where no other form would write `credentials` differently.
  public func alternative(for credentials: ClientCredentials) -> ClientAuthentication? {
    guard credentials.dependOnBasicForm else { return nil }
    return switch self {
    case .basicRaw: .basicEncoded
    case .basicEncoded: .basicRaw
    case .post: nil
    }
  }
}
