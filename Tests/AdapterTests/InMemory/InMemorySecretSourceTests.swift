import ServiceTokenDomain
import ServiceTokenInMemory
import Testing

@Suite("The secret source in memory")
struct InMemorySecretSourceTests {
  private struct Sealed: Error {}
  private let source = InMemorySecretSource(Secret(canary))

  @Test("R3: it gives the secret that was set last")
  func givesTheLastSecret() async throws {
    #expect(try await source.clientSecret() == Secret(canary))
    source.set(Secret("\(canary) 2"))
    #expect(try await source.clientSecret() == Secret("\(canary) 2"))
  }

  @Test("It fails until a secret is set again, and counts every read")
  func fails() async throws {
    source.fail(with: Sealed())
    await #expect(throws: Sealed.self) { try await source.clientSecret() }
    await #expect(throws: Sealed.self) { try await source.clientSecret() }
    source.set(Secret(canary))
    #expect(try await source.clientSecret() == Secret(canary))
    #expect(source.reads == 3)
  }

  @Test("R6: a cancelled task gets the cancellation, which is no read")
  func looksAtCancellation() async {
    await #expect(throws: CancellationError.self) {
      try await cancelled { [source] in try await source.clientSecret() }
    }
    #expect(source.reads == 0)
  }

  @Test("It keeps the promises of its port")
  func conforms() async {
    #expect(await Conformance.check(secretSource: source) == [])
  }
}
