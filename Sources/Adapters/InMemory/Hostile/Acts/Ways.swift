extension HostileServer {
  static let ways: [Act] =
    [300, 301, 302, 303, 305, 307, 308].map { status in
      redirect("redirect-\(status)", "Redirects (\(status)) to another host, by plain HTTP.", status) {
        "\($0.elsewhere)/oauth/token"
      }
    } + [
      redirect("redirect-same-scheme", "Redirects to another host by whatever the request came by.") {
        "\($0.elsewhere.drop { $0 != "/" })/oauth/token"
      },
      redirect("redirect-with-user", "Redirects to another host, with a user and a password in the URL.") {
        "http://me:\($0.forgedToken)@\($0.elsewhere.dropFirst("http://".count))/?token=\($0.token)"
      },
      redirect("redirect-to-file", "Redirects to a file of the client's.") { _ in "file:///etc/hostname" },
      redirect("redirect-to-itself", "Redirects to where the request came.") { $0.request.target },
      redirect("redirect-with-secret", "Redirects to where the secrets of the request become a path.") {
        "\($0.elsewhere)/\($0.secrets.filter { !$0.isNewline })"
      },
      redirect("redirect-garbage", "Redirects to what is no URL.") { _ in "::not a url::[" },
      Act("redirect-nowhere", "Redirects without saying where to.") { _ in .answer(302) },
      Act("not-modified", "Says that nothing has changed (304).") { _ in .raw("HTTP/1.1 304 Not Modified\r\n\r\n") },
      Act("refresh", "Sends a token with fields that point elsewhere: Location, Refresh, Content-Location, Link.") {
        visit in
        .answer(
          200,
          headers: [
            ("Location", visit.elsewhere), ("Refresh", "0; url=\(visit.elsewhere)"),
            ("Content-Location", visit.elsewhere), ("Link", "<\(visit.elsewhere)>; rel=preload"),
          ], body: Array(visit.body.utf8))
      },
      Act("upgrade-offer", "Sends a 503 that offers HTTP/2 by Upgrade, and itself elsewhere by Alt-Svc.") { visit in
        .answer(
          503,
          headers: [
            ("Connection", "Upgrade"), ("Upgrade", "h2c"),
            ("Alt-Svc", "h2=\"\(visit.elsewhere.dropFirst("http://".count))\"; ma=3600"),
            ("Strict-Transport-Security", "max-age=3600"),
          ])
      },
    ]

  private static func redirect(
    _ name: String, _ summary: String, _ status: Int = 302, to location: @escaping @Sendable (Visit) -> String
  ) -> Act {
    Act(name, summary) { visit in
      .answer(status, headers: [("Location", location(visit))], body: Array("moved".utf8))
    }
  }
}
