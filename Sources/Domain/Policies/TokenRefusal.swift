/// Whether a resource server refused the token itself, so that a fresh one may help.
///
/// | status | `Bearer` challenge (RFC 6750 §3) | the token is refused |
/// | --- | --- | --- |
/// | 401 | none, or one without an `error` | yes |
/// | 400, 401, 403 | `error="invalid_token"` | yes |
/// | anything | another `error` | no: a fresh token would be refused for the same reason |
/// | anything else | | no |
public enum TokenRefusal {
  /// Whether `response` says so.
  public static func isSaid(by response: HTTPResponse) -> Bool {
    guard [400, 401, 403].contains(response.status) else { return false }
    let errors = Wire.Challenge.all(in: response.headers).filter { $0.isOf(scheme: "Bearer") }.compactMap {
      $0["error"]
    }
    return errors.isEmpty ? response.status == 401 : errors.contains("invalid_token")
  }
}
