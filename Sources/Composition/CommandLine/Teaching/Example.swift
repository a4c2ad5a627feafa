/// A line to copy. A test holds each to what the command understands.
struct Example {
  let says: String
  let lines: [String]

  init(_ says: String, _ lines: String...) {
    self.says = says
    self.lines = lines
  }

  /// The first ones show what there is at all.
  static let overview = [
    Example("Look at what it does; needs no server and no configuration", "service-token demo"),
    Example(
      "Try it without a server and without configuration",
      #"service-token get --scope "converter:job.read" --embedded"#),
    Example(
      "Call an API; the token stands in no list of processes",
      "export MC_ISSUER=https://member-center.example MC_CLIENT_ID=visionA",
      "export MC_CLIENT_SECRET_FILE=/run/secrets/member-center",
      #"service-token get --scope "converter:job.read" --format header | curl -H @- https://api.example/jobs"#),
    Example("Find out why that does not work", "service-token doctor --scope converter:job.read"),
  ]

  static func of(_ subcommand: Subcommand) -> [Example] {
    switch subcommand {
    case .get:
      [
        Example("The token alone", #"service-token get --scope "converter:job.write converter:job.read""#),
        Example("When it expires", #"service-token get --scope converter:job.read --json | jq -r .expires_at"#),
        Example(
          "Call an API with it",
          "service-token get --scope converter:job.read --format header | curl -H @- https://api.example/jobs"),
      ]
    case .download:
      [
        Example("The token alone", "service-token download --tenant t1 --user u1 --object users/42/model.bin"),
        Example(
          "Where to send a browser",
          "service-token download --tenant t1 --user u1 --object users/42/model.bin --ttl 60 \\",
          "  --base-url https://files.example --json | jq -r .url"),
        Example(
          "Fetch the file, where the File Access API takes the header",
          "service-token download --tenant t1 --user u1 --object users/42/model.bin --format header |",
          "  curl -H @- -O https://files.example/files/users/42/model.bin"),
      ]
    case .doctor:
      [
        Example("Find out why there is no token", "service-token doctor --scope converter:job.read"),
        Example(
          "For a script: what makes tokens impossible, and each warning",
          "service-token doctor --json |",
          "  jq -r '.failure, (.findings[] | select(.grade == \"warning\") | .saw)'"),
      ]
    case .demo:
      [
        Example("Look at it", "service-token demo"),
        Example(
          "What the picture is drawn from: who was answered how, and when",
          "service-token demo --json |",
          "  jq -r 'select(.status) | \"\\(.at_ms) ms: \\(.count) x \\(.status) from \\(.endpoint)\"'"),
      ]
    case .completions:
      [
        Example("In .bashrc", "source <(service-token completions bash)"),
        Example("In .zshrc, after compinit", "source <(service-token completions zsh)"),
        Example(
          "For fish", "service-token completions fish > ~/.config/fish/completions/service-token.fish"),
      ]
    }
  }
}
