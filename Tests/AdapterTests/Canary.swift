import ServiceTokenDomain
import Testing

/// A client secret that shows wherever it leaks.
let canary = "s3cr3t+/=& %x"

/// The error of `body`, which is to fail for want of a secret; checks that nothing of it shows the canary.
func secretError(
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Secret
) async throws -> ServiceTokenError {
  let error = try await #require(throws: ServiceTokenError.self, sourceLocation: sourceLocation) {
    _ = try await body()
  }
  #expect(error.code == .secretUnavailable, sourceLocation: sourceLocation)
  #expect(!shows(error, canary), "the error shows the secret", sourceLocation: sourceLocation)
  return error
}

/// Whether a description, a dump or a mirror of `value` shows `text`.
func shows(_ value: Any, _ text: String) -> Bool {
  var dumped = ""
  dump(value, to: &dumped)
  let children = Mirror(reflecting: value).children.map { "\($0.value)" }
  return ([dumped, String(describing: value), String(reflecting: value)] + children).contains { $0.contains(text) }
}
