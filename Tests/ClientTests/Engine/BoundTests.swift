import ServiceTokenClient
import ServiceTokenDomain
import ServiceTokenInMemory
import TestSupport
import Testing

@Suite("The cache is bounded", .timeLimit(.minutes(5)))
struct BoundTests {
  private func scope(_ number: Int) throws -> Scope { try Scope("scope-\(number)") }

  @Test("S8: the scope that was used least recently goes first; reading one is using it")
  func leastRecentlyUsed() async throws {
    let rig = try Rig(ScriptedHTTP { _, number in .token(number) }) { $0.maximumScopes = 3 }
    for number in 1...3 {
      _ = try await rig.client.token(for: scope(number))
      rig.clock.advance(by: .seconds(1))
    }
    #expect(rig.client.cachedToken(for: try scope(1)) != nil)
    rig.clock.advance(by: .seconds(1))
    _ = try await rig.client.token(for: scope(4))
    #expect(rig.client.cachedToken(for: try scope(2)) == nil)
    #expect(rig.client.snapshot().entries.map(\.request.scope.text) == ["scope-1", "scope-3", "scope-4"])
    // Its place in line was looked at when 2 went; it was used since.
    rig.clock.advance(by: .seconds(1))
    #expect(rig.client.cachedToken(for: try scope(3)) != nil)
    rig.clock.advance(by: .seconds(1))
    _ = try await rig.client.token(for: scope(5))
    #expect(rig.client.snapshot().entries.map(\.request.scope.text) == ["scope-3", "scope-4", "scope-5"])
  }

  @Test("S8: who is read all the time is used all the time, also where a thread's own copy is what is read")
  func readFromCopy() async throws {
    let rig = try Rig(ScriptedHTTP { _, number in .token(number) }) { $0.maximumScopes = 2 }
    let scopes = try (1...3).map(scope)
    for scope in scopes.prefix(2) { _ = try await rig.client.token(for: scope) }
    // On one thread, so that the last read finds the copy that the first one made.
    for scope in [scopes[0], scopes[1], scopes[0]] {
      rig.clock.advance(by: .seconds(1))
      #expect(rig.client.cachedToken(for: scope) != nil)
    }
    _ = try await rig.client.token(for: scopes[2])
    #expect(rig.client.snapshot().entries.map(\.request.scope.text) == ["scope-1", "scope-3"])
  }

  @Test("Hits are counted for good, also when the handle by which they were read is gone, and its scope")
  func hitsOfHandles() async throws {
    let rig = try Rig(ScriptedHTTP { _, number in .token(number) }) { $0.maximumScopes = 1 }
    var handle: TokenHandle? = rig.client.tokens(for: files)
    _ = try await handle?.token()
    for _ in 1...3 { #expect(handle?.cachedToken != nil) }
    #expect(rig.client.snapshot().hits == 3)
    handle = nil
    _ = try await rig.client.token(for: jobs)
    #expect(rig.client.snapshot().hits == 3)
  }

  @Test("S8, S12: a scope that somebody waits for, or holds a handle of, stays, even beyond the bound")
  func awaitedStays() async throws {
    let gate = AsyncGate()
    let rig = try Rig(
      ScriptedHTTP { _, number in
        if number == 1 { await gate.passed() }
        return .token(number)
      }
    ) { $0.maximumScopes = 1 }
    let waiting = Task { try await rig.client.token(for: jobs) }
    _ = try await rig.http.request(1)
    var handle: TokenHandle? = rig.client.tokens(for: files)
    _ = try await handle?.token()
    _ = try await rig.client.token(for: scope(1))
    _ = try await rig.client.token(for: scope(2))
    #expect(handle?.cachedToken != nil)
    #expect(rig.client.snapshot().entries.count == 3)
    gate.open()
    #expect(try await waiting.value.name == "1")
    handle = nil
    _ = try await rig.client.token(for: scope(3))
    #expect(rig.client.snapshot().entries.map(\.request.scope.text) == ["scope-3"])
  }

  @Test("S8: scopes that are asked for once leave no more behind than the bound")
  func manyScopes() async throws {
    let rig = try Rig(ScriptedHTTP { _, _ in .token("x") })
    for number in 1...1500 { _ = try await rig.client.token(for: scope(number)) }
    #expect(rig.client.snapshot().entries.count == 1024)
  }

  @Test("S9: however many spellings of a scope are asked for, it is one entry")
  func aliases() async throws {
    let rig = try Rig([.answer(.token(1))]) { $0.maximumScopes = 2 }
    for blanks in 1...100 {
      let spelling = "b" + String(repeating: " ", count: blanks) + "a"
      #expect(try await rig.client.token(for: spelling).name == "1")
      #expect(rig.client.cachedToken(for: spelling)?.name == "1")
    }
    #expect(rig.client.snapshot().entries.count == 1)
  }

  @Test("S1: a text that is no scope is not one because Unicode calls it equivalent to one that is cached")
  func equivalentText() async throws {
    let rig = try Rig([.answer(.token(1))])
    _ = try await rig.client.token(for: "K")
    // U+212A, the Kelvin sign.
    #expect(rig.client.cachedToken(for: "\u{212A}") == nil)
    await #expect(throws: ServiceTokenError.self) { try await rig.client.token(for: "\u{212A}") }
  }
}
