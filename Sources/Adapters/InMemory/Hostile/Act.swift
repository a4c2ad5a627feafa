public import ServiceTokenDomain

extension HostileServer {
  /// One thing that a server may do to a client: a name, a sentence about it, and the reply.
  ///
  /// An open set: make acts of your own and give them to ``HostileServer/init(acts:token:pace:elsewhere:)``.
  /// ```
  /// let shouting = HostileServer.Act("shouting", "Answers in capitals.") { .ok(json: $0.body.uppercased()) }
  /// ```
  public struct Act: Sendable, CustomStringConvertible {
    /// The name, a segment of the URL by which the act is chosen: small letters, digits and hyphens.
    public let name: String
    /// What the server does, in a sentence.
    public let summary: String
    /// The endpoints at which it is something of its own; at any other the server is healthy.
    public let endpoints: Set<EndpointName>
    let scene: Scene

    /// Where it takes place.
    enum Scene: Sendable {
      /// At a port on which nobody listens.
      case deafPort
      /// At a port of its own, on each connection before a request is read.
      case greeting(LoopbackServer.Reply)
      /// In answer to a request.
      case reply(@Sendable (Visit) -> LoopbackServer.Reply)
    }

    init(_ name: String, _ summary: String, scene: Scene) {
      self.name = name
      self.summary = summary
      self.endpoints = [.serviceToken]
      self.scene = scene
    }

    /// Makes an act.
    ///
    /// - Parameters:
    ///   - name: small letters, digits and hyphens.
    ///   - summary: what the server does, in a sentence.
    ///   - endpoints: where; at any other endpoint the server is healthy.
    ///   - reply: the reply to each request. It is asked on the threads of the server, side by side.
    public init(
      _ name: String, _ summary: String, at endpoints: Set<EndpointName> = [.serviceToken, .delegatedDownload],
      reply: @escaping @Sendable (Visit) -> LoopbackServer.Reply
    ) {
      self.name = name
      self.summary = summary
      self.endpoints = endpoints
      self.scene = .reply(reply)
    }

    /// The name.
    public var description: String { name }
  }

  /// Acts of one kind, with a title.
  public struct Group: Sendable {
    /// The title.
    public let title: String
    /// The acts.
    public let acts: [Act]

    /// Makes a group.
    public init(_ title: String, _ acts: [Act]) {
      self.title = title
      self.acts = acts
    }
  }
}
