import ServiceTokens
import TestSupport
import Testing

@testable import service_token

@Suite("Doctor: configuration, by facts alone")
struct ConfigurationCheckTests {
  @Test("Doctor: a setting that can be used is told, one that cannot is a failure with its reason")
  func settings() {
    let good = SettingFacts(name: "MC_ISSUER", value: .success("https://a.example"), advice: "").finding
    #expect(good == .ok(.configuration, "setting", "MC_ISSUER is https://a.example"))
    for (code, name) in [
      (ServiceTokenError.Code.invalidConfiguration, "setting_wrong"), (.secretUnavailable, "secret_unreadable"),
    ] {
      let error = ServiceTokenError(code, "MC_X is odd")
      let bad = SettingFacts(name: "MC_X", value: .failure(error), advice: "Mend it.").finding
      #expect(bad == .failure(.configuration, name, .configuration, "MC_X is odd", "Mend it."))
    }
  }

  @Test(
    "C4: whose issuer is plain http is told how to name the host, and of the issuer nothing else is shown",
    arguments: [
      ("http://mc.example", [], "mc.example"), ("HTTP://MC.Example:8080/x", [], "mc.example"),
      ("http://[fd00::1]:80", [], "[fd00::1]"), ("http://b", ["a", "[::2]"], "a,[::2],b"),
      ("https://mc.example", [], nil), ("http://a:$@mc.example", [], nil), ("$", [], nil), ("", [], nil),
    ] as [(String, [String], String?)])
  func plainHTTP(issuer: String, hosts: [String], setting: String?) {
    let advice = SettingFacts.advice(onIssuer: issuer.replacing("$", with: Canary.secret), allowing: hosts)
    let wanted = setting.map { "Use https, or MC_ALLOW_HTTP_HOSTS=\($0) where nobody listens on the way." }
    #expect(advice == wanted)
  }

  @Test(
    "Doctor: a file with a secret is warned of where everybody may read it, and only then",
    arguments: [
      (0o600, false), (0o640, false), (0o400, false), (0o644, true), (0o604, true), (0o444, true), (0o1777, true),
      (0o002, false), (0o000, false),
    ] as [(UInt16, Bool)])
  func modes(bits: UInt16, isOpen: Bool) {
    var facts = SettingFacts(name: "MC_CLIENT_SECRET_FILE", value: .success("\"/s\""), advice: "")
    facts.secretFile = ("/s", FileMode(bits: bits))
    #expect(facts.finding.grade == (isOpen ? .warning : .ok))
    #expect(facts.finding.saw.contains("mode \(FileMode(bits: bits).text)"))
    #expect(facts.finding.advice?.contains("chmod o= \"/s\"") == (isOpen ? true : nil))
  }

  @Test(
    "Doctor: permissions are told as chmod takes them",
    arguments: [(0o600, "0600"), (0o4755, "4755"), (0, "0000"), (0o17, "0017")] as [(UInt16, String)])
  func modeText(bits: UInt16, text: String) {
    #expect(FileMode(bits: bits).text == text)
  }

  @Test(
    "Doctor: blanks around a secret are warned of, blanks within are not, and the secret is not shown",
    arguments: [("$", false), ("$ ", true), (" $", true), ("\t$", true), ("$\n", true), ("$\r", true), ("$ $", false)])
  func blanks(pattern: String, warns: Bool) {
    let secret = Secret(pattern.replacing("$", with: Canary.secret))
    let findings = SecretFacts(name: "MC_CLIENT_SECRET", secret).findings
    #expect(findings.map(\.name) == (warns ? ["blanks_around_secret"] : []))
    #expect(!Canary.shows(in: findings))
  }

  @Test("Doctor: an empty secret, which no source gives, ends nothing")
  func noSecret() {
    #expect(SecretFacts(name: "MC_CLIENT_SECRET", Secret("")).findings.isEmpty)
  }
}
