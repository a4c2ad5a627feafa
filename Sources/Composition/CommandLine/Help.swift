/// What `--help` prints.
enum Help {
  static func text(for subcommand: Subcommand?) -> String {
    switch subcommand {
    case nil: overview
    case .get: get + common
    case .download: download + common
    }
  }

  private static let overview = """
    service-token \(Command.version): fetches tokens from Member Center (OAuth 2.0 client credentials)

      service-token get --scope "a b" [--json]
      service-token download --tenant T --user U --object K [--ttl SECONDS] [--base-url URL] [--json]
      service-token get --help
      service-token --version

    Try it without a server and without configuration:
      service-token get --scope "converter:job.read" --embedded

    Call an API with it:
      export MC_ISSUER=https://member-center.example MC_CLIENT_ID=visionA
      export MC_CLIENT_SECRET_FILE=/run/secrets/member-center
      curl -H "Authorization: Bearer $(service-token get --scope "converter:job.read")" https://api.example/jobs


    """ + common

  private static let get = """
    service-token get --scope "a b" [--json]: a service token

      --scope SCOPE        what the token may do; blanks between several values
      --json               one object: access_token, token_type, expires_in, expires_at, scope

      service-token get --scope "converter:job.write converter:job.read"
      service-token get --scope "converter:job.read" --json | jq -r .expires_at


    """

  private static let download = """
    service-token download --tenant T --user U --object K: a token with which one user may read one object

      --tenant T           the tenant
      --user U             the user for whom the object is
      --object K           the object's key
      --ttl SECONDS        how long the token is to live, in whole seconds; 300 if not given
      --base-url URL       the File Access API; with --json the object then holds the url to redirect to
      --json               one object: token, expires_at, and url with --base-url

      service-token download --tenant t1 --user u1 --object users/42/model.bin
      service-token download --tenant t1 --user u1 --object users/42/model.bin --ttl 60 \\
        --base-url https://files.example --json | jq -r .url


    """

  private static let common = """
    Options of both:
      --client-auth FORM   basic-raw (default), basic-encoded or post; before MC_CLIENT_AUTH
      --transport NAME     \(transports)
      --embedded           a Member Center within this process; needs no configuration, gives tokens worth nothing
      --verbose            info and debug events too, on standard error
      --help, -h           this text

    Environment:
      MC_ISSUER              Member Center's base URL
      MC_CLIENT_ID           the client id
      MC_CLIENT_SECRET       the client secret, or better:
      MC_CLIENT_SECRET_FILE  a file that holds it; a secret is never an argument
      MC_CLIENT_AUTH         basic-raw, basic-encoded or post
      MC_ALLOW_HTTP_HOSTS    hosts, with commas between them, for which plain http is taken
      MC_CA_FILE             PEM certificates to trust instead of the system's
      MC_CA_DIR              a directory of such certificates (openssl rehash)
      MC_CLIENT_CERT_FILE    the PEM certificate to show to a server that asks for one (mutual TLS)
      MC_CLIENT_KEY_FILE     its PEM private key, not encrypted, if that file does not hold it too
      The last four work with libcurl only.
      HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE and SSL_CERT_DIR are honoured (the last two by libcurl only).

    Standard output holds the token and a newline, or with --json one object, also for a failure:
      {"error":{"code":…,"endpoint":…,"status":…,"attempts":…,"retry_after":…,"oauth_error":…}}

    Exit codes:
      0    done
      64   the arguments make no sense
      69   Member Center is unavailable; try again later
      70   any other failure
      74   standard output cannot be written to
      77   Member Center refuses the client (401, 403, invalid_client, unauthorized_client)
      78   a setting is missing or wrong, or the secret cannot be read
      130  interrupted

    """

  private static var transports: String {
    Invocation.transportNames.joined(separator: " or ") + "; the first one is the default"
  }
}
