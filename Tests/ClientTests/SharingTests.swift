import ServiceTokenClient
import ServiceTokenDomain
import ServiceTokenInMemory
import ServiceTokenPorts
import TestSupport
import Testing

@Suite("Waiters share one fetch, and nothing else")
struct SharingTests {
  @Test("S10: 10,000 callers of one scope, cold, cause one request and all get its token")
  func tenThousand() async throws {
    let held = ScriptedHTTP.Held()
    let rig = try Rig([.hold(held)])
    try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<10_000 { group.addTask { try await rig.client.token(for: jobs).name } }
      await rig.joined(10_000, for: jobs)
      held.answer(.token("shared"))
      for try await name in group { #expect(name == "shared") }
    }
    #expect(rig.http.requests.count == 1)
  }

  @Test("S10: they share its failure too: one request for 10,000 callers")
  func sharedFailure() async throws {
    let held = ScriptedHTTP.Held()
    let rig = try Rig([.hold(held)])
    await withTaskGroup(of: ServiceTokenError.Code?.self) { group in
      for _ in 0..<10_000 {
        group.addTask {
          do {
            _ = try await rig.client.token(for: jobs)
            return nil
          } catch {
            return (error as? ServiceTokenError)?.code
          }
        }
      }
      await rig.joined(10_000, for: jobs)
      held.answer(HTTPResponse(status: 400))
      for await code in group { #expect(code == .idpMisconfigured) }
    }
    #expect(rig.http.requests.count == 1)
  }

  @Test("S8, S10: 100 scopes of 100 callers are 100 requests, whether they succeed or fail", arguments: [true, false])
  func hundredTimesHundred(succeeds: Bool) async throws {
    let gate = AsyncGate()
    let rig = try Rig(
      ScriptedHTTP { request, number in
        await gate.passed()
        return succeeds ? .token(number) : HTTPResponse(status: 403)
      })
    let requests = try (0..<100).map { TokenRequest(scope: try Scope("scope-\($0)")) }
    await withTaskGroup(of: Bool.self) { group in
      for request in requests {
        for _ in 0..<100 {
          group.addTask { (try? await rig.client.token(for: request)) != nil }
        }
      }
      for request in requests { await rig.joined(100, for: request) }
      _ = try? await rig.http.request(100)
      gate.open()
      for await success in group { #expect(success == succeeds) }
    }
    #expect(rig.http.requests.count == 100)
  }

  @Test("S12: of 1,000 waiters 999 leave, each at once, and the last gets its token")
  func leavers() async throws {
    let held = ScriptedHTTP.Held()
    let rig = try Rig([.hold(held)])
    let tasks = (0..<1000).map { _ in Task { try await rig.client.token(for: jobs).name } }
    await rig.joined(1000, for: jobs)
    for task in tasks.dropLast() { task.cancel() }
    for task in tasks.dropLast() {
      await #expect(throws: CancellationError.self) { try await task.value }
    }
    #expect(rig.http.cancelledCount == 0)
    held.answer(.token("last"))
    #expect(try await tasks[999].value == "last")
    #expect(rig.http.requests.count == 1)
  }

  @Test("S12: when the last waiter leaves, the request on the wire is cancelled, and the next call begins anew")
  func lastLeaver() async throws {
    let rig = try Rig([.hold(ScriptedHTTP.Held()), .answer(.token(2))])
    let tasks = (0..<100).map { _ in Task { try await rig.client.token(for: jobs) } }
    await rig.joined(100, for: jobs)
    _ = try await rig.http.request(1)
    for task in tasks { task.cancel() }
    for task in tasks { await #expect(throws: CancellationError.self) { try await task.value } }
    try await rig.http.cancelled(1)
    #expect(try await rig.client.token(for: jobs).name == "2")
    _ = try await rig.logger.event(named: "conversion.mc_token.ctx_cancelled")
  }

  @Test("S12: when the last waiter leaves, the service token that its fetch waits for is nobody's any more either")
  func serviceTokenOfAbandonedFetch() async throws {
    let rig = try Rig([.hold(ScriptedHTTP.Held())])
    let kind = Exchange(authorization: .bearer(delegation))
    let waiting = Task { try await rig.client.token(from: kind, for: jobs, within: nil) }
    _ = try await rig.http.request(1)
    #expect(rig.client.snapshot().entries.map(\.isFetching) == [true, true])
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    try await rig.http.cancelled(1)
    #expect(rig.client.snapshot().entries.map(\.isFetching) == [false, false])
  }

  @Test("S12: a late answer to an abandoned fetch does not replace a newer token")
  func lateAnswer() async throws {
    let late = AsyncGate()
    let rig = try Rig(
      ScriptedHTTP { _, number in
        if number == 1 { await late.passed() }
        return .token(number)
      })
    let first = Task { try await rig.client.token(for: jobs) }
    await rig.joined(1, for: jobs)
    _ = try await rig.http.request(1)
    first.cancel()
    await #expect(throws: CancellationError.self) { try await first.value }
    #expect(try await rig.client.token(for: jobs).name == "2")
    late.open()
    // The abandoned fetch ends with its event; whatever it did to the cache it has done then, or does to no effect.
    _ = try await rig.logger.event(2, named: "conversion.mc_token.obtained")
    #expect(rig.client.cachedToken(for: jobs)?.name == "2")
  }

  @Test("S12: shared work inherits no caller's task-local values")
  func noTaskLocals() async throws {
    let sawNone = AsyncGate()
    let rig = try Rig(
      ScriptedHTTP { _, _ in
        if Caller.name == nil { sawNone.open() }
        return .token(1)
      })
    _ = try await Caller.$name.withValue("caller") { try await rig.client.token(for: jobs) }
    #expect(sawNone.isOpen)
  }
}

enum Caller {
  @TaskLocal static var name: String?
}
