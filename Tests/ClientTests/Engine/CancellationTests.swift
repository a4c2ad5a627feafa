import ServiceTokenPorts
import Testing

@testable import ServiceTokenInMemory

@Suite struct CancellationTests {
  @Test("R6: a cancellation calls the handler of each operation under way, once, and no other")
  func handlers() async throws {
    let cancellation = Ports.Cancellation()
    let calls = Calls()
    await cancellation.withHandler {
    } onCancel: {
      calls.count("ended")
    }
    let begun = (Promise<Void>(), Promise<Void>())
    let end = (Promise<Void>(), Promise<Void>())
    async let first: Void = cancellation.withHandler {
      begun.0.settle(.success(()))
      try await end.0.value()
    } onCancel: {
      calls.count("first")
    }
    async let second: Void = cancellation.withHandler {
      begun.1.settle(.success(()))
      try await end.1.value()
    } onCancel: {
      calls.count("second")
    }
    try await begun.0.value()
    try await begun.1.value()
    #expect(!cancellation.isCancelled && calls.all.isEmpty)
    cancellation.cancel()
    cancellation.cancel()
    #expect(cancellation.isCancelled && calls.all.sorted() == ["first", "second"])
    end.0.settle(.success(()))
    end.1.settle(.success(()))
    _ = try await (first, second)
  }

  @Test("R6: an operation that begins after the cancellation has its handler called before anything else")
  func late() async {
    let cancellation = Ports.Cancellation()
    cancellation.cancel()
    let calls = Calls()
    let result = await cancellation.withHandler {
      calls.count("operation")
      return 7
    } onCancel: {
      calls.count("handler")
    }
    #expect(result == 7 && calls.all == ["handler", "operation"])
  }

  @Test("R6: what knows of a task's cancellation alone is cancelled too, and the calling task is not")
  func ownTask() async {
    let cancellation = Ports.Cancellation()
    let begun = Promise<Void>()
    let calling = Task {
      do {
        try await cancellation.run {
          begun.settle(.success(()))
          try await Promise<Void>().value()
        }
        return false
      } catch {
        return error is CancellationError && !Task.isCancelled
      }
    }
    _ = try? await begun.value()
    cancellation.cancel()
    #expect(await calling.value)
  }

  @Test("R6: what knows of a task's cancellation alone does not begin after the cancellation")
  func lateOwnTask() async {
    let cancellation = Ports.Cancellation()
    cancellation.cancel()
    let calls = Calls()
    await #expect(throws: CancellationError.self) { try await cancellation.run { calls.count("begun") } }
    #expect(calls.all.isEmpty)
  }

  @Test("R6: the calling task's cancellation reaches it as well")
  func callingTask() async {
    let begun = Promise<Void>()
    let calling = Task {
      try await Ports.Cancellation().run {
        begun.settle(.success(()))
        try await Promise<Void>().value()
      }
    }
    _ = try? await begun.value()
    calling.cancel()
    await #expect(throws: CancellationError.self) { try await calling.value }
  }

  private final class Calls: Sendable {
    private let names = Locked<[String]>([])
    func count(_ name: String) { names.withLock { $0.append(name) } }
    var all: [String] { names.withLock { $0 } }
  }
}
