import Foundation
import ServiceTokenDomain
import ServiceTokenEnvironment
import ServiceTokenInMemory
import ServiceTokenPorts
import TestSupport
import Testing

@Suite("Secrets from mounted files", .timeLimit(.minutes(1)))
struct FileSecretSourceTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func source(_ path: String) -> FileSecretSource {
    FileSecretSource(path: path, setting: "MC_CLIENT_SECRET_FILE")
  }

  @Test(
    "Exactly one newline at the end is dropped, and nothing else",
    arguments: [
      ("", ""), ("\n", ""), ("\r\n", ""), ("\n\n", "\n"), ("\r\n\r\n", "\r\n"), ("\n\r", "\n\r"), ("\r", "\r"),
      (" ", " "), ("\t\n", "\t"),
    ])
  func dropsOneNewline(ending: String, left: String) async throws {
    let path = try directory.file((" \(canary)" + ending).utf8)
    #expect(try await source(path).clientSecret() == Secret(" \(canary)" + left))
  }

  @Test("Bytes that are not UTF-8 are taken as they are")
  func takesBytes() async throws {
    let bytes: [UInt8] = [0xFF, 0x00, 0xC3, 0x28]
    #expect(try await source(directory.file(bytes)).clientSecret() == Secret(bytes))
  }

  @Test("A file of just 64 KiB is read, one byte more is refused")
  func limitsTheSize() async throws {
    let content = Array(repeating: Array(canary.utf8), count: 6000).joined().prefix(FileSecretSource.sizeLimit + 1)
    let fitting = try directory.file(content.dropLast(), named: "fitting")
    #expect(try await source(fitting).clientSecret().count == 65_536)
    let long = try directory.file(content, named: "long")
    let error = try await secretError { try await source(long).clientSecret() }
    #expect(error.message == "MC_CLIENT_SECRET_FILE \"\(long)\": is larger than 65536 bytes")
  }

  @Test("C4: a file without a secret is refused", arguments: ["", "\n", "\r\n"])
  func refusesEmpty(content: String) async throws {
    let path = try directory.file(content.utf8)
    let error = try await secretError { try await source(path).clientSecret() }
    #expect(error.message == "MC_CLIENT_SECRET_FILE \"\(path)\": the file is empty")
  }

  @Test("C4: a missing file is named, with the system's reason in words")
  func namesAMissingFile() async throws {
    let path = directory.path("missing")
    let error = try await secretError { try await source(path).clientSecret() }
    #expect(error.message == "MC_CLIENT_SECRET_FILE \"\(path)\": cannot open: No such file or directory")
  }

  @Test("C4: a directory is refused")
  func refusesADirectory() async throws {
    let error = try await secretError { try await source(directory.path).clientSecret() }
    #expect(error.message == "MC_CLIENT_SECRET_FILE \"\(directory.path)\": is a directory")
  }

  @Test("C4: a FIFO is refused and not waited for")
  func refusesAFIFO() async throws {
    let path = directory.path("fifo")
    try #require(unsafe mkfifo(path, 0o600) == 0)
    let error = try await secretError { try await source(path).clientSecret() }
    #expect(error.message == "MC_CLIENT_SECRET_FILE \"\(path)\": is not a regular file")
  }

  @Test("C4: a device is refused, however much it has to give")
  func refusesADevice() async throws {
    let error = try await secretError { try await source("/dev/zero").clientSecret() }
    #expect(error.message == "MC_CLIENT_SECRET_FILE \"/dev/zero\": is not a regular file")
  }

  @Test("C4: an unreadable file is named")
  func namesAnUnreadableFile() async throws {
    let path = try directory.file(canary.utf8)
    try #require(unsafe chmod(path, 0) == 0)
    let error = try await secretError {
      // Root reads everything, and many test in a container as root. The call does not suspend, so it stays on the thread
      // whose rights were taken.
      let before = setFileSystemUser(geteuid() == 0 ? 65534 : geteuid())
      defer { _ = setFileSystemUser(before) }
      return try await source(path).clientSecret()
    }
    #expect(error.message == "MC_CLIENT_SECRET_FILE \"\(path)\": cannot open: Permission denied")
  }

  #if os(Linux)
    @Test("C4: a read that fails is told, with the system's reason in words")
    func tellsAReadError() async throws {
      // A regular file whose first page nobody has mapped.
      let error = try await secretError { try await source("/proc/self/mem").clientSecret() }
      #expect(error.message == "MC_CLIENT_SECRET_FILE \"/proc/self/mem\": cannot read: Input/output error")
    }
  #endif

  @Test("C4: what is no absolute path may be the secret itself and is not shown")
  func hidesWhatIsNoPath() async throws {
    let error = try await secretError { try await source(canary).clientSecret() }
    let whatItIs = "MC_CLIENT_SECRET_FILE, which is no absolute path and perhaps the secret itself"
    #expect(error.message == "\(whatItIs): cannot open: No such file or directory")
  }

  @Test("C4: a path's control characters do not break the error's line, and a NUL does not shorten it")
  func escapesThePath() async throws {
    let path = try directory.file(canary.utf8)
    let error = try await secretError { try await source(path + "\0\n").clientSecret() }
    #expect(error.message == "MC_CLIENT_SECRET_FILE \"\(path)\\0\\n\": the path holds a NUL character")
  }

  @Test("A relative path is read, too")
  func readsARelativePath() async throws {
    let path = try directory.file(canary.utf8)
    let up = String(repeating: "../", count: FileManager.default.currentDirectoryPath.split(separator: "/").count)
    #expect(try await source(up + path.dropFirst()).clientSecret() == Secret(canary))
  }

  @Test("R3: a file replaced as Kubernetes does it is seen by the next call")
  func followsASwappedLink() async throws {
    let files = FileManager.default
    for (version, content) in [("..1", "\(canary) 1"), ("..2", "\(canary) 2")] {
      try files.createDirectory(atPath: directory.path(version), withIntermediateDirectories: false)
      _ = try directory.file(content.utf8, named: "\(version)/secret")
    }
    try files.createSymbolicLink(atPath: directory.path("..data"), withDestinationPath: "..1")
    try files.createSymbolicLink(atPath: directory.path("secret"), withDestinationPath: "..data/secret")
    let source = source(directory.path("secret"))
    #expect(try await source.clientSecret() == Secret("\(canary) 1"))
    try files.createSymbolicLink(atPath: directory.path("..data_tmp"), withDestinationPath: "..2")
    try #require(unsafe rename(directory.path("..data_tmp"), directory.path("..data")) == 0)
    #expect(try await source.clientSecret() == Secret("\(canary) 2"))
  }

  @Test("R3: a rename while it is read gives the old secret or the new one, never a mix")
  func neverMixes() async throws {
    let secrets = [Secret(Array(repeating: 0x61, count: 50_000)), Secret(Array(repeating: 0x62, count: 60_000))]
    let write = { @Sendable [directory] (number: Int) in
      let next = try secrets[number % 2].withExposedBytes { try directory.file($0, named: "next") }
      try #require(unsafe rename(next, directory.path("secret")) == 0)
    }
    try write(0)
    let source = source(directory.path("secret"))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { for number in 1...300 { try write(number) } }
      group.addTask {
        for _ in 1...300 {
          let secret = try await source.clientSecret()
          #expect(secrets.contains(secret))
        }
      }
      try await group.waitForAll()
    }
  }

  @Test("R3: a link that is swapped while it is followed, and what it led to removed, leads to the new secret")
  func followsALinkThatIsBeingSwapped() async throws {
    let files = FileManager.default
    try files.createSymbolicLink(atPath: directory.path("secret"), withDestinationPath: "..data/secret")
    let name = directory.path.split(separator: "/").last.map(String.init) ?? ""
    let put = { @Sendable [directory] (number: Int) in
      try files.createDirectory(atPath: directory.path("..\(number)"), withIntermediateDirectories: false)
      _ = try directory.file(canary.utf8, named: "..\(number)/secret")
      // A long way, so that somebody is always on it.
      let way = String(repeating: "../\(name)/", count: 40)
      try files.createSymbolicLink(atPath: directory.path("..data_tmp"), withDestinationPath: way + "..\(number)")
      try #require(unsafe rename(directory.path("..data_tmp"), directory.path("..data")) == 0)
      // As Kubernetes does it, too.
      if number > 0 { try files.removeItem(atPath: directory.path("..\(number - 1)")) }
    }
    try put(0)
    let source = source(directory.path("secret"))
    let swapping = Churn(put)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 1...4 { group.addTask { for _ in 1...5000 { _ = try await source.clientSecret() } } }
      try await group.waitForAll()
    }
    try await swapping.stop()
  }

  @Test("R6: a cancelled task gets the cancellation, and so does a request for the secret that was cancelled")
  func looksAtCancellation() async throws {
    let cancellation = Ports.Cancellation()
    cancellation.cancel()
    await #expect(throws: CancellationError.self) {
      try await self.source("/no/such/file").clientSecret(cancelledBy: cancellation)
    }
    let source = source(try directory.file(canary.utf8))
    await #expect(throws: CancellationError.self) { try await cancelled { try await source.clientSecret() } }
  }

  #if os(Linux)
    @Test("No descriptor stays open, whether there was a secret or not")
    func closesTheFile() async throws {
      let good = try directory.file(canary.utf8)
      _ = try await source(good).clientSecret()
      _ = try await secretError { try await source(directory.path).clientSecret() }
      let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        .compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)") }
      #expect(!open.contains(good))
      #expect(!open.contains(directory.path))
    }
  #endif

  @Test("It keeps the promises of its port")
  func conforms() async throws {
    let source = source(try directory.file(canary.utf8))
    #expect(await Conformance.check(secretSource: source) == [])
  }
}

/// Whose rights to files the calling thread has (`setfsuid(2)`, which Swift's Glibc leaves out), and whose it had.
private func setFileSystemUser(_ user: uid_t) -> uid_t {
  #if os(Linux)
    typealias Setter = @convention(c) (uid_t) -> CInt
    guard let symbol = unsafe dlsym(UnsafeMutableRawPointer(bitPattern: 0), "setfsuid") else { return user }
    return uid_t(bitPattern: unsafe unsafeBitCast(symbol, to: Setter.self)(user))
  #else
    return user
  #endif
}
