import ServiceTokenDomain
import TestSupport
import Testing

@Suite struct BaseURLTests {
  @Test(
    "C1: trailing slashes are dropped, and scheme and host are lower case",
    arguments: [
      ("https://mc.example", "https://mc.example"), ("https://mc.example/", "https://mc.example"),
      ("https://mc.example///", "https://mc.example"), ("https://mc.example/a/b//", "https://mc.example/a/b"),
      ("https://mc.example//a", "https://mc.example//a"), ("HTTPS://MC.Example/Realm", "https://mc.example/Realm"),
      ("https://mc.example:8443/", "https://mc.example:8443"), ("https://mc.example:1", "https://mc.example:1"),
      ("https://mc.example:65535", "https://mc.example:65535"),
      ("https://[2001:DB8::1]:8443/x", "https://[2001:db8::1]:8443/x"),
      ("https://[::1]", "https://[::1]"), ("https://10.0.0.1", "https://10.0.0.1"),
      ("https://member_center", "https://member_center"),
      ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
      ("https://mc.example/%7Ea/@x;y=1,(z)!$&'*+:~", "https://mc.example/%7Ea/@x;y=1,(z)!$&'*+:~"),
      ("https://mc.example.", "https://mc.example."),
    ])
  func good(text: String, canonical: String) throws {
    let url = try BaseURL(text, setting: "issuer")
    #expect(url.text == canonical)
    #expect(url.description == canonical)
    #expect(url.appending(path: "/oauth/token") == canonical + "/oauth/token")
    #expect(try BaseURL(canonical, setting: "other") == url)
  }

  @Test(
    "C4: an issuer that is no absolute URL, or has user-info, query or fragment, is refused by the setting's name",
    arguments: [
      ("", "MC_ISSUER is missing"), (" ", "absolute"), ("mc.example", "absolute"), ("/oauth", "absolute"),
      ("//mc.example", "absolute"), ("https:/mc.example", "absolute"), ("https:mc.example", "absolute"),
      ("://mc.example", "https://"), ("ftp://mc.example", "https://"), ("file:///etc/passwd", "https://"),
      (" https://mc.example", "https://"), ("httpss://mc.example", "https://"), ("ws://mc.example", "https://"),
      ("https://", "host"), ("https:///", "host"), ("https:///path", "host"), ("https://:443", "host"),
      ("https://mc.example?", "query"), ("https://mc.example/?a=b", "query"), ("https://mc.example#", "fragment"),
      ("https://mc.example/#a", "fragment"), ("https://user@mc.example", "user name"),
      ("https://user:pass@mc.example/", "user name"), ("https://@mc.example", "user name"),
      ("https://mc.example:", "host"), ("https://mc.example:0", "host"), ("https://mc.example:65536", "host"),
      ("https://mc.example:+1", "host"), ("https://mc.example:-1", "host"), ("https://mc.example:8o", "host"),
      ("https://mc.example:１", "host"), ("https://mc.example:1:2", "host"), ("https://mc example", "host"),
      ("https://mc.example\n", "host"), ("https://mc.example\r\nX: y", "host"), ("https://mc.example\t/", "host"),
      ("https://mc%2eexample", "host"), ("https://m\u{FC}ller.example", "host"), ("https://mc.example\\", "host"),
      ("https://\u{212A}.example", "host"), ("https://mc.example@\u{301}evil", "host"), ("https://[::1", "host"),
      ("https://::1", "host"), ("https://[]", "host"), ("https://[mc.example]", "host"), ("https://[::1]x", "host"),
      ("https://[fe80::1%25eth0]", "host"), ("https://[::1]:", "host"), ("https://mc.example/a b", "path"),
      ("https://mc.example/%", "path"), ("https://mc.example/%4", "path"), ("https://mc.example/%zz", "path"),
      ("https://mc.example/é", "path"), ("https://mc.example/\u{0}", "path"), ("https://mc.example/<x>", "path"),
      ("https://mc.example/\"", "path"), ("https://mc.example/\\", "path"), ("https://mc.example/?\u{301}a", "path"),
      ("https://mc.example/\r\n", "path"),
    ])
  func bad(text: String, reason: String) {
    let error = #expect(throws: ServiceTokenError.self) { try BaseURL(text, setting: "MC_ISSUER") }
    #expect(error?.code == .invalidConfiguration)
    #expect(
      error.map { $0.message.hasPrefix("MC_ISSUER ") && $0.message.contains(reason) } == true, "\(error?.message ?? "")"
    )
  }

  @Test(
    "C4: plain http is taken for loopback, exactly",
    arguments: [
      "http://localhost", "http://localhost:8080/x", "http://LOCALHOST", "HTTP://LocalHost", "http://127.0.0.1",
      "http://127.0.0.0", "http://127.255.255.255:80", "http://127.1.2.3", "http://[::1]", "http://[::1]:8080",
    ])
  func loopback(text: String) throws {
    #expect(try BaseURL(text, setting: "issuer").text == text.lowercased())
  }

  @Test(
    "C4: what only looks like loopback is refused over plain http, and the error says how to name the host",
    arguments: [
      "http://mc.example", "http://127.0.0.1.evil.com", "http://127.1", "http://127", "http://localhost.evil",
      "http://localhost.", "http://0127.0.0.1", "http://127.0.0.01", "http://127.0.0.256", "http://127.0.0.1.",
      "http://127.0.0", "http://127.0..1", "http://127.0.0.1.1", "http://126.0.0.1", "http://128.0.0.1",
      "http://0.0.0.0",
      "http://[::ffff:127.0.0.1]", "http://[0:0:0:0:0:0:0:1]", "http://[::]", "http://[::01]", "http://2130706433",
      "http://0x7f.0.0.1", "http://mylocalhost", "http://localhost.localdomain", "http://127.0.0.0x1",
      "http://127.0.0.-1",
    ])
  func notLoopback(text: String) throws {
    let error = #expect(throws: ServiceTokenError.self) { try BaseURL(text, setting: "issuer") }
    #expect(error?.code == .invalidConfiguration)
    #expect(
      error.map { $0.message.contains("allowingPlainHTTP") && $0.message.contains("MC_ALLOW_HTTP_HOSTS") } == true)
    #expect(throws: Never.self) { try BaseURL("https" + text.dropFirst(4), setting: "issuer") }
  }

  @Test("C4: plain http is taken for a host that is named, and for no other")
  func namedHosts() throws {
    let hosts = ["member-center", "MC.Internal", "[fd00::1]"]
    for text in ["http://member-center:8080/x", "http://MEMBER-CENTER", "http://mc.internal", "http://[fd00::1]:80"] {
      #expect(throws: Never.self) { try BaseURL(text, setting: "issuer", allowingPlainHTTP: hosts) }
    }
    for text in ["http://member-center.evil", "http://x.member-center", "http://[fd00::2]", "http://internal"] {
      #expect(throws: ServiceTokenError.self) { try BaseURL(text, setting: "issuer", allowingPlainHTTP: hosts) }
    }
    #expect(throws: ServiceTokenError.self) {
      try BaseURL("http://a.example", setting: "issuer", allowingPlainHTTP: ["", "*"])
    }
    #expect(throws: ServiceTokenError.self) {
      try BaseURL("ftp://member-center", setting: "x", allowingPlainHTTP: hosts)
    }
  }

  @Test("C4: no error shows a password that stood in the issuer")
  func silence() {
    let secret = Canary.token("password")
    for text in [
      "https://visionA:\(secret)@mc.example", "ftp://visionA:\(secret)@mc.example", secret, "\(secret)://mc.example",
      "https://mc.example?secret=\(secret)", "https://mc.example#\(secret)", "https://mc.example:\(secret)",
      "http://\(secret)", "https://mc.example/ \(secret)", "https://[\(secret)]",
    ] {
      let error = #expect(throws: ServiceTokenError.self) { try BaseURL(text, setting: "issuer") }
      let shown = everyText(of: error as Any) + [error?.message ?? ""]
      let leaks = shown.contains { $0.contains(secret) }
      #expect(!leaks)
    }
  }
}
