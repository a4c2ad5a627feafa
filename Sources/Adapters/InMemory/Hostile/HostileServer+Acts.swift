extension HostileServer {
  /// Every act that comes with the package, in groups. What a client of ours makes of each is in `Docs/Failures.md`.
  public static let groups = [
    Group("Connections", connections), Group("Heads", heads), Group("Lengths and chunks", framing),
    Group("Answers without end", endless), Group("Redirects and other ways elsewhere", ways),
    Group("Challenges", challenges), Group("Statuses", statuses), Group("Come back later", later),
    Group("Bodies", bodies), Group("Tokens", tokens), Group("Lifetimes", lifetimes),
  ]

  /// Every act that comes with the package.
  public static let acts = groups.flatMap(\.acts)
}
