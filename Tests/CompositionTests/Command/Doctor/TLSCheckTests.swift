import ServiceTokens
import Testing

@testable import service_token

@Suite("Doctor: TLS, by facts alone")
struct TLSCheckTests {
  private static let now = Timestamp(seconds: 1_800_000_000)

  private static func day(_ offset: Int64) -> Timestamp { now.advanced(by: .seconds(offset * 86_400)) }

  private static func certificate(
    _ names: [String] = ["mc.example"], from start: Int64 = -10, to end: Int64 = 90
  ) -> Certificate {
    Certificate(
      subject: "CN = mc", issuer: "CN = authority", names: names, notBefore: day(start), notAfter: day(end))
  }

  private func finding(_ look: TLSFacts.Look) -> Finding {
    TLSFacts(host: "mc.example", look: look, trust: "whom this system trusts", now: Self.now).finding
  }

  @Test(
    "Doctor: a chain that is verified is well for as long as its first certificate to expire is",
    arguments: [
      ([certificate()], "verified", "90 days left"), ([certificate(to: 14)], "verified", "14 days left"),
      ([certificate(to: 13)], "expires_soon", "13 days left"), ([certificate(to: 1)], "expires_soon", "1 day left"),
      ([certificate(), certificate(to: 3)], "expires_soon", "3 days left"), ([], "verified", "cannot be seen"),
    ])
  func verified(chain: [Certificate], name: String, words: String) {
    let finding = finding(.seen(nil, chain))
    #expect(finding.name == name)
    #expect(finding.exitCode == nil)
    #expect(finding.saw.contains(words))
    #expect((finding.advice != nil) == (name == "expires_soon"))
  }

  @Test(
    "Doctor: of a chain that is refused the advice goes by what the certificates show, all that is wrong with them",
    arguments: [
      ([certificate(from: -3, to: -1)], ["has expired", "2027-01-15T08:00:00Z"]),
      ([certificate(), certificate(to: -1)], ["has expired"]),
      ([certificate(from: 1)], ["not valid yet"]),
      ([certificate(["other.example"])], ["not for mc.example"]),
      ([certificate(["other.example"], to: -1)], ["has expired", "not for mc.example"]),
      ([certificate([])], ["not for mc.example"]),
      ([certificate()], ["MC_CA_FILE", "whom this system trusts", "in between"]),
      ([], ["MC_CA_FILE", "MC_CLIENT_CERT_FILE"]),
    ])
  func refused(chain: [Certificate], words: [String]) {
    let finding = finding(.seen(TransportFailure(.tls, "it is refused"), chain))
    #expect(finding.name == "refused" && finding.exitCode == .unavailable)
    #expect(finding.saw.hasPrefix("TLS: it is refused"))
    for word in words { #expect(finding.advice?.contains(word) == true, "\(finding.advice ?? "")") }
    let others = ["has expired", "not valid yet", "not for mc.example", "in between"].filter { !words.contains($0) }
    for other in others { #expect(finding.advice?.contains(other) == false, "\(finding.advice ?? "")") }
  }

  @Test("Doctor: no TLS is told, and so is a transport that shows none; neither makes tokens impossible")
  func unseen() {
    #expect(finding(.none).name == "plain_http" && finding(.none).grade == .ok)
    #expect(finding(.unseen).grade == .unseen)
  }

  @Test("Doctor: what a server's certificate says breaks no line, and is not repeated without end")
  func hostile() {
    let evil = Certificate(
      subject: "\u{1B}[2J", issuer: String(repeating: "x", count: 10_000) + "\n", names: ["a\nb"], notBefore: nil,
      notAfter: nil)
    let saw = finding(.seen(nil, [evil])).saw
    #expect(!saw.contains { $0.isNewline } && !saw.contains("\u{1B}"))
    #expect(saw.count < 500)
  }

  @Test(
    "Doctor: dates are read as OpenSSL and as GnuTLS write them, and nothing else is",
    arguments: [
      ("Aug 22 00:00:00 2026 GMT", "2026-08-22T00:00:00Z"), ("Jan  2 03:04:05 2030 GMT", "2030-01-02T03:04:05Z"),
      ("Dec 31 23:59:59 9999 GMT", "9999-12-31T23:59:59Z"), ("2026-08-22 00:00:00 GMT", "2026-08-22T00:00:00Z"),
      ("Aug 32 00:00:00 2026 GMT", nil), ("Foo 22 00:00:00 2026 GMT", nil), ("Aug 22 00:00:00 2026", nil), ("", nil),
      ("GMT", nil), ("22.08.2026 00:00:00 GMT", nil),
    ])
  func dates(text: String, date: String?) {
    #expect(Certificate.date(text)?.inWholeSeconds == date)
  }

  @Test("Doctor: of libcurl's lines the names, both parties and both dates are taken")
  func lines() {
    let certificate = Certificate([
      "Subject:CN = server", "Issuer:C = DE, CN = ours", "Version:2", "Start date:Aug 20 00:00:00 2026 GMT",
      "Expire date:Nov 20 00:00:00 2026 GMT",
      "X509v3 Subject Alternative Name:DNS:MC.example, DNS:*.mc.example, IP Address:127.0.0.1, email:a@b",
      "Cert:-----BEGIN CERTIFICATE-----",
    ])
    #expect(certificate.subject == "CN = server" && certificate.issuer == "C = DE, CN = ours")
    #expect(certificate.names == ["mc.example", "*.mc.example", "127.0.0.1"])
    #expect(certificate.notBefore?.inWholeSeconds == "2026-08-20T00:00:00Z")
    #expect(certificate.notAfter?.inWholeSeconds == "2026-11-20T00:00:00Z")
    let empty = Certificate([])
    #expect(empty.names.isEmpty && empty.notAfter == nil && empty.daysLeft(at: Self.now) == nil)
  }

  @Test(
    "Doctor: a star stands for one label at the beginning",
    arguments: [
      ("mc.example", "mc.example", true), ("mc.example", "MC.Example", true), ("*.example", "mc.example", true),
      ("*.example", "a.mc.example", false), ("*.example", "example", false), ("*.example", ".example", false),
      ("mc.example", "xmc.example", false), ("*", "mc.example", false),
    ])
  func names(name: String, host: String, matches: Bool) {
    #expect(Self.certificate([name]).isFor(host) == matches)
  }

  @Test(
    "Doctor: days left are whole ones, and negative once it has expired",
    arguments: [(86_400, 1), (86_399, 0), (0, 0), (-1, -1), (-86_400, -1), (-86_401, -2)] as [(Int64, Int64)])
  func days(seconds: Int64, days: Int64) {
    var certificate = Self.certificate()
    certificate.notAfter = Self.now.advanced(by: .seconds(seconds))
    #expect(certificate.daysLeft(at: Self.now) == days)
  }
}
