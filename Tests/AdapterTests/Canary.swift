import ServiceTokenDomain
import TestSupport
import Testing

let canary = Canary.secret

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
func shows(_ value: Any, _ text: String) -> Bool { everyText(of: value).contains { $0.contains(text) } }
