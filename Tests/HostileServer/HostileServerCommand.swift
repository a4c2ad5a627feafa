import Foundation
import ServiceTokenDomain
import ServiceTokenInMemory
import TestSupport

/// The hostile server as a process, for runners that are not written in Swift.
///
/// It prints one line of JSON, which says where each act is played, and runs until its standard input ends; then it
/// prints a second one with what it saw. Its token is a canary of the tests.
@main
enum HostileServerCommand {
  struct Invitation: Encodable {
    struct Act: Encodable {
      let name: String
      let summary: String
      /// The issuer that chooses it at every endpoint that it is about.
      let url: String
      /// The issuer that chooses it at the download endpoint alone, where it is played there.
      let urlAtDownload: String?
      /// Whether it is played at the token endpoint.
      let isAtToken: Bool
    }
    /// Of all acts but those that have a port of their own.
    let url: String
    let acts: [Act]
  }

  struct Report: Encodable {
    struct Seen: Encodable {
      let requests: Int
      let connections: Int
      let bytesSent: Int
      let cameBack: [String]
    }
    let acts: [String: Seen]
    /// Requests that reached where redirects and offers point.
    let elsewhere: Int
  }

  static func main() throws {
    signal(SIGPIPE, SIG_IGN)
    let server = try HostileServer(token: Canary.token("hostile"))
    let acts = server.acts.map { act in
      Invitation.Act(
        name: act.name, summary: act.summary, url: server.url(of: act),
        urlAtDownload: act.endpoints.contains(.delegatedDownload) ? server.urlAtDownload(of: act) : nil,
        isAtToken: act.endpoints.contains(.serviceToken))
    }
    try say(Invitation(url: server.url, acts: acts))
    while !FileHandle.standardInput.availableData.isEmpty {}
    let seen = server.acts.map { act in
      let facts = server.facts(of: act)
      return (
        act.name,
        Report.Seen(
          requests: facts.requestCount, connections: facts.connections.count, bytesSent: facts.bytesSent,
          cameBack: facts.cameBack.sorted())
      )
    }
    try say(Report(acts: Dictionary(uniqueKeysWithValues: seen), elsewhere: server.elsewhere.requests.count))
  }

  private static func say(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    FileHandle.standardOutput.write(try encoder.encode(value) + Data("\n".utf8))
  }
}
