import ServiceTokenDomain
import ServiceTokenInMemory
import Testing

@Suite("The provider in memory", .timeLimit(.minutes(5)))
struct InMemoryTokenProviderTests {
  private let tokens = InMemoryTokenProvider()
  private let report = DownloadRequest(tenantID: "t1", userID: "u1", objectKey: "report.pdf", lifetime: .seconds(60))

  @Test("A scope has one token until that is invalidated, and exactly that one is")
  func tokenPerScope() async throws {
    #expect(tokens.cachedToken(for: "a") == nil)
    let first = try await tokens.token(for: "a b")
    #expect(first.value == Secret("in-memory-1"))
    #expect(try await tokens.token(for: "b a").value == first.value)
    #expect(try await tokens.token(for: "c").value == Secret("in-memory-2"))
    tokens.invalidate(first)
    #expect(tokens.cachedToken(for: "a b") == nil)
    let next = try await tokens.token(for: "a b")
    tokens.invalidate(first)
    #expect(tokens.cachedToken(for: "a b")?.value == next.value)
    #expect(tokens.invalidatedCount == 1)
    #expect(tokens.requests.map(\.scope.text) == ["a b", "a b", "c", "a b"])
  }

  @Test("A failure is thrown until it ends, to whoever has no token yet")
  func failure() async throws {
    let cached = try await tokens.token(for: "a")
    tokens.fail(with: ServiceTokenError(.idpUnavailable, "down"))
    #expect(try await tokens.token(for: "a").value == cached.value)
    for ask in [{ _ = try await $0.token(for: "b") }, { _ = try await $0.downloadToken(for: report) }]
      as [(InMemoryTokenProvider) async throws -> Void]
    {
      let error = await #expect(throws: ServiceTokenError.self) { try await ask(tokens) }
      #expect(error?.code == .idpUnavailable)
    }
    tokens.recover()
    #expect(try await tokens.token(for: "b").value == Secret("in-memory-2"))
  }

  @Test("A download token lives as long as was asked, and what its kind refuses is refused")
  func download() async throws {
    let token = try await tokens.downloadToken(for: report)
    var longer = report
    longer.lifetime = .seconds(90)
    let later = try await tokens.downloadToken(for: longer)
    #expect(later.expiresAt == token.expiresAt.advanced(by: .seconds(30)))
    var empty = report
    empty.userID = ""
    let error = await #expect(throws: ServiceTokenError.self) { try await tokens.downloadToken(for: empty) }
    #expect(error?.code == .invalidArgument)
  }

  @Test("A kind reads the answer that it is given, and fails as unavailable without one or with one that is none")
  func call() async throws {
    let kind = DelegatedDownloadEndpoint()
    func code() async -> ServiceTokenError.Code? {
      await #expect(throws: ServiceTokenError.self) { try await tokens.call(kind, report) }?.code
    }
    #expect(await code() == .mcTokenUnavailable)
    let unanswered = await #expect(throws: ServiceTokenError.self) { try await tokens.call(kind, report) }
    #expect(unanswered?.message == #"the test gave no answer: call answer("delegated_download", with:)"#)
    tokens.answer(.delegatedDownload, with: HTTPResponse(status: 200, body: Array(#"{"token":"signed"}"#.utf8)))
    #expect(try await tokens.call(kind, report).value == Secret("signed"))
    #expect(try await tokens.downloadToken(for: report).value == Secret("signed"))
    tokens.answer(.delegatedDownload, with: HTTPResponse(status: 200))
    #expect(await code() == .mcTokenUnavailable)
  }

  @Test(
    "An answer's status leads to the error that a client would throw",
    arguments: [
      (400, ServiceTokenError.Code.downloadTokenFailed), (401, .serviceClientUnauthorized), (503, .mcTokenUnavailable),
    ])
  func status(status: Int, code: ServiceTokenError.Code) async throws {
    let readable = Array(#"{"token":"signed"}"#.utf8)
    tokens.answer(.delegatedDownload, with: HTTPResponse(status: status, body: readable))
    let error = await #expect(throws: ServiceTokenError.self) { try await tokens.downloadToken(for: report) }
    #expect(error?.code == code)
    #expect(error?.status == status)
    #expect(error?.attempts == 1)
  }

  @Test("A recovery gets another token")
  func recovery() async throws {
    let used = try await tokens.withToken(for: Scope("a")) { token in
      token.value == Secret("in-memory-1") ? .refused("refused") : .accepted(token.value.expose())
    }
    #expect(used == "in-memory-2")
  }
}
